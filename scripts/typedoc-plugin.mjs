/**
 * @file Makes the API reference of JSDoc what it is of TypeScript: the text and the example of a typedef,
 * no table of its type parameters where it has none, and one list of the errors that a function throws,
 * with their classes.
 */
import { Comment, CommentTag, Converter, TypeScript as ts } from 'typedoc';

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    const typedef = context
      .getSymbolFromReflection(reflection)
      ?.declarations?.find((declaration) => ts.isJSDocTypedefTag(declaration));
    const jsDoc = typedef?.parent;
    if (!jsDoc || !ts.isJSDoc(jsDoc) || reflection.comment?.hasVisibleComponent()) return;
    if (jsDoc.tags && jsDoc.tags.filter(ts.isJSDocTypedefTag).length > 1) return; // whose text is it?
    const examples = jsDoc.tags?.filter(({ tagName }) => tagName.text === 'example') ?? [];
    reflection.comment = new Comment(
      textOf(jsDoc),
      examples.map((tag) => new CommentTag('@example', textOf(tag)))
    );
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const reflection of Object.values(project.reflections)) {
      const declaration = /** @type {import('typedoc').DeclarationReflection} */ (reflection);
      if (declaration.typeParameters?.length === 0) delete declaration.typeParameters;
      if (reflection.comment) listErrors(reflection.comment);
    }
  });
}

/** @param {import('typedoc').Comment} comment whose tags `@throws` become one */
function listErrors(comment) {
  const [first, ...more] = comment.getTags('@throws');
  if (!first) return;
  const items = [first, ...more].map(({ typeAnnotation = '{Error}', content }) => [
    { kind: /** @type {const} */ ('text'), text: '\n- ' },
    { kind: /** @type {const} */ ('code'), text: typeAnnotation.replace(/^\{(.*)\}$/, '`$1`') },
    { kind: /** @type {const} */ ('text'), text: ' ' },
    ...content,
  ]);
  first.content = items.flat();
  comment.blockTags = comment.blockTags.filter((tag) => !more.includes(tag));
}

/**
 * @param {import('typescript').JSDoc | import('typescript').JSDocTag} node
 * @returns {import('typedoc').CommentDisplayPart[]}
 */
function textOf({ comment }) {
  const text = ts.getTextOfJSDocComment(comment);
  return text ? [{ kind: 'text', text }] : [];
}
