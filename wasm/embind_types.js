/**
 * @file Link-time library: what embind has for types that no binding of ours has. Leaving it out
 * saves a fifth of the glue. A binding that needs one fails at its first call: embind names the type.
 */
addToLibrary({
  _embind_register_bigint: () => {},
  _embind_register_memory_view: () => {},
  _embind_register_std_string: () => {},
  _embind_register_std_wstring: () => {},

  // C++ would print the address, with all of printf.
  $getTypeName__deps: [],
  $getTypeName: (type) => 'C++ type ' + type,
});
