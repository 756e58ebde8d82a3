/**
 * What a task does not take for a method of its worker: what every object has, and what some libraries
 * look for in any object, to use it if it is there (Vue's marks, Jest's matchers and elements).
 */
const OF_OBJECTS =
  /^(__|(constructor|to(JSON|(Locale)?String)|valueOf|then|has(OwnProperty|Attribute)|isPrototypeOf|propertyIsEnumerable|asymmetricMatch)$)/;

/**
 * Whether a name means the same in a task as in any other object.
 * @param {string} name
 */
export const isOfObjects = (name) => OF_OBJECTS.test(name);
