// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <arrow/type_fwd.h>

#include "sources/json/parser.h"

namespace bowstring::json {

/// What the values seen at one place allow its type to be.
class InferredType {
 public:
  bool Add(Parser& parser, int depth = 0);
  std::shared_ptr<arrow::DataType> type() const;
  /// Of objects: the members in the order they were met.
  arrow::FieldVector fields() const;

 private:
  InferredType& Member(std::string_view name);

  uint32_t seen_ = 0;
  bool null_ = false;
  std::unique_ptr<InferredType> items_;
  std::vector<std::pair<std::string, std::unique_ptr<InferredType>>> members_;
  std::unordered_map<std::string, size_t> by_name_;
};

}  // namespace bowstring::json
