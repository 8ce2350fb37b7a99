/* SPDX-FileCopyrightText: 2026 The Bowstring Authors */
/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/// The one place where the version is written: CMake and pyproject.toml read it from here.
#define BOWSTRING_VERSION "0.1.0"

/// This header is plain C, so that any language can ask the library what it is.
#include <bowstring/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Version of the library that was loaded ("0.1.0"); compare with BOWSTRING_VERSION, which the caller was compiled with.
/// The text lives as long as the library. Safe from any thread.
BOWSTRING_EXPORT const char* bowstring_version(void);

/// One line that says how the library was built: version, commit if known, compiler, build type, baseline CPU, and the
/// Arrow it was built with and runs on. For bug reports; the form may change. The text lives as long as the library.
BOWSTRING_EXPORT const char* bowstring_build_info(void);

#ifdef __cplusplus
}  // extern "C"

namespace bowstring {

/// The same line for C++ callers.
inline const char* build_info() { return bowstring_build_info(); }

}  // namespace bowstring
#endif
