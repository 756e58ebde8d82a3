// In the place of embind's own, at link time: it registers some thirty types, by their names, of
// which none crosses but `val`. EMSCRIPTEN_BINDINGS does not link with this.

#include <emscripten/bind.h>

using namespace emscripten::internal;

extern "C" {

[[gnu::constructor]] void _embind_initialize_bindings() {
  _embind_register_emval(TypeID<emscripten::val>::get());
}

// NOLINTNEXTLINE(bugprone-reserved-identifier): the name that embind calls
const char* __getTypeName(const std::type_info* /*type*/) { return nullptr; }
}
