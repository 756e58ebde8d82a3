/**
 * @file Makes the API reference of JSDoc what it is of TypeScript: no table of a typedef's type
 * parameters where it has none, and `@throws` with the class of the error.
 */
import { Converter } from 'typedoc';

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const reflection of Object.values(project.reflections)) {
      const declaration = /** @type {import('typedoc').DeclarationReflection} */ (reflection);
      if (declaration.typeParameters?.length === 0) delete declaration.typeParameters;
      for (const tag of reflection.comment?.getTags('@throws') ?? []) {
        const type = tag.typeAnnotation?.replace(/^\{|\}$/g, '');
        if (type)
          tag.content.unshift({ kind: 'code', text: `\`${type}\`` }, { kind: 'text', text: ' ' });
      }
    }
  });
}
