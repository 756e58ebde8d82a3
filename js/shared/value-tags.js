/** @enum {number} the byte that a value in shared memory begins with */
export const Tag = /** @type {const} */ ({
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  int: 4, // 4 bytes
  double: 5, // 8 bytes
  ascii: 6, // a string: its length (2 bytes), a byte for each character
  latin1: 7, // the same
  units: 8, // the same, 2 bytes for each code unit
  array: 9, // the number of elements (2 bytes), the elements
  object: 10, // the number of properties (2 bytes), for each its name (a string) and its value
  text: 11, // a long string of ASCII: its length (4 bytes); aligned, a byte for each character
  buffer: 12, // the name of its class (a string), its length (4 bytes); aligned, its bytes
});
