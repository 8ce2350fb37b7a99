/* SPDX-FileCopyrightText: 2026 The Bowstring Authors */
/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/// BOWSTRING_EXPORT marks what libbowstring shows to its users; everything else in the library is hidden.
/// On a class it goes between the keyword and the name: `class BOWSTRING_EXPORT SessionContext`.
#if defined(_WIN32) || defined(__CYGWIN__)
#if defined(BOWSTRING_BUILDING)
#define BOWSTRING_EXPORT __declspec(dllexport)
#else
#define BOWSTRING_EXPORT __declspec(dllimport)
#endif
#else
#define BOWSTRING_EXPORT __attribute__((visibility("default")))
#endif
