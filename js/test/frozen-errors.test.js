/** @file A page may have frozen Error.prototype: the package's own errors are made all the same. */
import { expect, test } from '@jest/globals';

import * as errors from '../errors.js';

test.each(Object.entries(errors))('%s', (name, Class) => {
  const Made = /** @type {any} */ (Class);
  Object.defineProperty(Error.prototype, 'name', { writable: false });
  try {
    expect(new Made('what', ['a'])).toMatchObject({ name });
  } finally {
    Object.defineProperty(Error.prototype, 'name', { writable: true });
  }
});
