// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/allowed_paths.h>

#include <filesystem>

#include <bowstring/error.h>

namespace bowstring {

namespace fs = std::filesystem;

namespace {

std::string WithoutSlash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

}  // namespace

AllowedPaths::AllowedPaths(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    std::error_code code;
    const fs::path absolute = fs::absolute(path, code);
    if (code) continue;
    const fs::path resolved = fs::weakly_canonical(absolute, code);
    if (!code) roots_.push_back(WithoutSlash(resolved.string()));
  }
}

arrow::Result<std::string> AllowedPaths::Resolve(const std::string& path) const {
  std::error_code code;
  fs::path resolved = fs::absolute(path, code);
  if (!code) resolved = fs::weakly_canonical(resolved, code);
  // A link that leads nowhere is followed by hand: what is made through it would stand at its end.
  for (int links = 0; !code && fs::is_symlink(resolved, code) && links < 40; ++links) {
    const fs::path target = fs::read_symlink(resolved, code);
    if (!code) resolved = fs::weakly_canonical(target.is_absolute() ? target : resolved.parent_path() / target, code);
  }
  if (!code || code == std::errc::no_such_file_or_directory) {
    const std::string text = WithoutSlash(resolved.string());
    for (const std::string& root : roots_) {
      if (root == "/" || text == root || (text.size() > root.size() && text.compare(0, root.size(), root) == 0 && text[root.size()] == '/')) return text;
    }
  }
  return Error(ErrorKind::kPlan, "'", path, "' is outside of what this session may read and write (allowed_paths)");
}

}  // namespace bowstring
