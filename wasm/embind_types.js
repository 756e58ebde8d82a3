/**
 * @file Link-time library: what embind has for types other than `val`, which is all that crosses
 * here as more than a number. Leaving it out saves a third of the glue. A call of a `val` with
 * another type fails at once: embind names the type.
 */
for (const type of [
  'bigint',
  'bool',
  'float',
  'integer',
  'memory_view',
  'std_string',
  'std_wstring',
]) {
  addToLibrary({
    [`_embind_register_${type}`]: () => {},
    [`_embind_register_${type}__deps`]: [],
  });
}

addToLibrary({
  // C++ would print the address, with all of printf.
  $getTypeName__deps: [],
  $getTypeName: (type) => 'C++ type ' + type,
});
