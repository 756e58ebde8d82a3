/**
 * What a task does not take for a method of its worker: what every object has, and what libraries look
 * up in any object, to learn what it is.
 */
const OF_OBJECTS =
  /^(__|@@|\$\$|(constructor|toString|toLocaleString|valueOf|toJSON|then|hasOwnProperty|isPrototypeOf|propertyIsEnumerable|nodeType|hasAttribute|asymmetricMatch)$)/;

/**
 * Whether a name means the same in a task as in any other object.
 * @param {string} name
 */
export const isOfObjects = (name) => OF_OBJECTS.test(name);
