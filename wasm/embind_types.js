/**
 * @file Link-time library: what embind has for types other than `val`, which is all that crosses here
 * as more than a number (embind_types.cpp registers no other). Leaving it out saves a third of the
 * glue. A call of a `val` with another type fails at once: embind names the type.
 */
addToLibrary({
  // No type refers to another, or is registered twice.
  $registerType__deps: ['$registeredTypes'],
  $registerType: (rawType, type) => {
    registeredTypes[rawType] = type;
  },

  // C++ would print the address, with all of printf.
  $getTypeName__deps: [],
  $getTypeName: (type) => 'C++ type ' + type,
  $throwBindingError__deps: [],
  $throwBindingError: (message) => abort(message),

  // A `val` is made of a handle alone, so that no call leaves anything to destroy.
  $emval_returnValue__deps: [],
  $emval_returnValue: (toHandle, destructors, value) => toHandle(destructors, value),
  _emval_run_destructors__deps: [],
  _emval_run_destructors: () => {},

  // C++ registers no symbol, by which embind would look for a text first.
  $getStringOrSymbol__deps: ['$AsciiToString'],
  $getStringOrSymbol: (text) => AsciiToString(text),

  // Of what calls a method: for stack traces that nobody reads.
  $createNamedFunction: (name, caller) => caller,
});
