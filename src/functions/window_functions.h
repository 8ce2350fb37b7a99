// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include <bowstring/window_function.h>

namespace bowstring {

/// The built-in window functions, each once. Made at first use.
const std::vector<std::shared_ptr<const WindowFunction>>& WindowFunctions();
/// The built-in one of this name; null where there is none.
std::shared_ptr<const WindowFunction> FindBuiltinWindow(std::string_view name);

using WindowList = std::vector<std::shared_ptr<const WindowFunction>>;
void AddWindowRanks(WindowList* list);   // row_number, rank, dense_rank, percent_rank, cume_dist, ntile
void AddWindowValues(WindowList* list);  // lag, lead, first_value, last_value, nth_value

/// A built-in window function over a resolver.
class BuiltinWindow final : public WindowFunction {
 public:
  using Resolver = std::function<arrow::Result<ResolvedWindow>(const std::vector<ArgumentInfo>&)>;
  BuiltinWindow(std::string name, std::vector<std::string> aliases, FunctionDoc doc, Resolver resolver)
      : name_(std::move(name)), aliases_(std::move(aliases)), doc_(std::move(doc)), resolver_(std::move(resolver)) {}
  const std::string& name() const override { return name_; }
  std::vector<std::string> aliases() const override { return aliases_; }
  const FunctionDoc& doc() const override { return doc_; }
  arrow::Result<ResolvedWindow> Resolve(const std::vector<ArgumentInfo>& arguments) const override { return resolver_(arguments); }

 private:
  const std::string name_;
  const std::vector<std::string> aliases_;
  const FunctionDoc doc_;
  const Resolver resolver_;
};

/// kPlan: "... failed to match any signature".
arrow::Status NoWindowSignature(std::string_view name, const std::vector<ArgumentInfo>& arguments, std::string_view candidates);

}  // namespace bowstring
