#pragma once

#include <cassert>

// ATELIER_ASSERT checks a precondition: natively and in tests, not in the package (NDEBUG).
#define ATELIER_ASSERT(condition) assert(condition)
