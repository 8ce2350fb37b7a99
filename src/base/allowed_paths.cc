// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/allowed_paths.h>

#include <unistd.h>

#include <climits>
#include <cstdio>
#include <filesystem>

#include <bowstring/error.h>

namespace bowstring {

namespace fs = std::filesystem;

namespace {

std::string WithoutSlash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

arrow::Status Outside(const std::string& path) {
  return Error(ErrorKind::kPlan, "'", path, "' is outside of what this session may read and write (allowed_paths)");
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
    std::string text = WithoutSlash(resolved.string());
    if (Has(text)) return text;
  }
  return Outside(path);
}

arrow::Status AllowedPaths::CheckOpen(int fd, const std::string& path) const {
  char link[32], resolved[PATH_MAX];
  std::snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
  const ssize_t size = ::readlink(link, resolved, sizeof(resolved));
  if (size < 0 || size == sizeof(resolved) || !Has(std::string(resolved, static_cast<size_t>(size)))) return Outside(path);
  return arrow::Status::OK();
}

bool AllowedPaths::Has(const std::string& resolved) const {
  for (const std::string& root : roots_) {
    if (root == "/" || resolved == root) return true;
    if (resolved.size() > root.size() && resolved.compare(0, root.size(), root) == 0 && resolved[root.size()] == '/') return true;
  }
  return false;
}

}  // namespace bowstring
