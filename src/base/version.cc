// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#include <bowstring/version.h>

#include <string>

#include <arrow/config.h>
#include <arrow/util/config.h>

#ifndef BOWSTRING_COMMIT
#define BOWSTRING_COMMIT "unknown"
#endif
#ifndef BOWSTRING_BUILD_TYPE
#define BOWSTRING_BUILD_TYPE "unknown"
#endif
#ifndef BOWSTRING_BASELINE
#define BOWSTRING_BASELINE "native"
#endif
#ifndef BOWSTRING_SANITIZE
#define BOWSTRING_SANITIZE ""
#endif

namespace {

std::string Describe() {
  std::string text = "bowstring " BOWSTRING_VERSION;
  text += ", commit " BOWSTRING_COMMIT;
#if defined(__clang__)
  text += ", clang " __clang_version__;
#elif defined(__GNUC__)
  text += ", gcc " __VERSION__;
#endif
  text += ", " BOWSTRING_BUILD_TYPE ", " BOWSTRING_BASELINE;
  if (sizeof(BOWSTRING_SANITIZE) > 1) text += ", sanitizer " BOWSTRING_SANITIZE;
  text += ", built with Arrow " ARROW_VERSION_STRING;
  // The loader may have found another patch release than the headers were from; both matter in a bug report.
  text += ", running on Arrow " + arrow::GetBuildInfo().version_string;
  return text;
}

}  // namespace

const char* bowstring_version() { return BOWSTRING_VERSION; }

const char* bowstring_build_info() {
  static const std::string text = Describe();
  return text.c_str();
}
