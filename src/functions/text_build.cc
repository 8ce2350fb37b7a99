// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/text_build.h"

#include <cstring>

#include <bowstring/error.h>

#include "functions/text_view.h"

namespace bowstring {
namespace {

using View = arrow::BinaryViewType::c_type;
constexpr int64_t kMostText = INT32_MAX;

}  // namespace

TextBuilder::TextBuilder(std::shared_ptr<arrow::DataType> type, arrow::MemoryPool* pool)
    : type_(std::move(type)), places_(pool), text_(pool), validity_(pool) {
  switch (type_->id()) {
    case arrow::Type::LARGE_STRING:
    case arrow::Type::LARGE_BINARY: kind_ = Kind::kLarge; break;
    case arrow::Type::STRING_VIEW:
    case arrow::Type::BINARY_VIEW: kind_ = Kind::kView; break;
    default: kind_ = Kind::kSmall;
  }
}

arrow::Status TextBuilder::Reserve(int64_t rows) {
  const int64_t width = kind_ == Kind::kView ? 16 : kind_ == Kind::kLarge ? 8 : 4;
  return places_.Reserve((rows + 1) * width);
}

arrow::Status TextBuilder::AppendPlace(std::string_view text) {
  switch (kind_) {
    case Kind::kSmall: {
      if (text_.length() + static_cast<int64_t>(text.size()) > kMostText) {
        return Error(ErrorKind::kExecution, "more than 2 GiB of text in one batch of type ", type_->ToString());
      }
      const auto offset = static_cast<int32_t>(text_.length());
      ARROW_RETURN_NOT_OK(places_.Append(&offset, sizeof offset));
      return text.empty() ? arrow::Status::OK() : text_.Append(text);
    }
    case Kind::kLarge: {
      const int64_t offset = text_.length();
      ARROW_RETURN_NOT_OK(places_.Append(&offset, sizeof offset));
      return text.empty() ? arrow::Status::OK() : text_.Append(text);
    }
    case Kind::kView: break;
  }
  View view{};
  if (text.size() <= static_cast<size_t>(arrow::BinaryViewType::kInlineSize)) {
    view.inlined.size = static_cast<int32_t>(text.size());
    if (!text.empty()) std::memcpy(view.inlined.data.data(), text.data(), text.size());
    return places_.Append(&view, sizeof view);
  }
  if (static_cast<int64_t>(text.size()) > kMostText) return Error(ErrorKind::kExecution, "a text of more than 2 GiB");
  if (text_.length() + static_cast<int64_t>(text.size()) > kMostText) {
    ARROW_ASSIGN_OR_RAISE(auto buffer, text_.Finish());
    full_.push_back(std::move(buffer));
  }
  view.ref.size = static_cast<int32_t>(text.size());
  std::memcpy(view.ref.prefix.data(), text.data(), view.ref.prefix.size());
  view.ref.buffer_index = static_cast<int32_t>(full_.size());
  view.ref.offset = static_cast<int32_t>(text_.length());
  ARROW_RETURN_NOT_OK(places_.Append(&view, sizeof view));
  return text_.Append(text);
}

arrow::Status TextBuilder::Counted() {
  ++rows_;
  return nulls_ > 0 ? validity_.Append(true) : arrow::Status::OK();
}

arrow::Status TextBuilder::Append(std::string_view text) {
  ARROW_RETURN_NOT_OK(AppendPlace(text));
  return Counted();
}

arrow::Status TextBuilder::AppendPadded(std::string_view text) {
  if (text.size() > kPadding || (kind_ == Kind::kView && text.size() > static_cast<size_t>(arrow::BinaryViewType::kInlineSize))) return Append(text);
  if (kind_ == Kind::kView) {
    const auto view = InlineView(text.data(), text.size());
    ARROW_RETURN_NOT_OK(places_.Append(view.data(), sizeof view));
    return Counted();
  }
  const int64_t begin = text_.length();
  if (kind_ == Kind::kSmall && begin + static_cast<int64_t>(text.size()) > kMostText) return Append(text);  // which refuses it
  ARROW_RETURN_NOT_OK(AppendPlace({}));
  ARROW_RETURN_NOT_OK(text_.Reserve(kPadding));
  std::memcpy(text_.mutable_data() + begin, text.data(), kPadding);
  text_.UnsafeAdvance(static_cast<int64_t>(text.size()));
  return Counted();
}

arrow::Status TextBuilder::AppendAgain(int64_t row) {
  if (kind_ == Kind::kView) {
    ARROW_RETURN_NOT_OK(places_.Reserve(sizeof(View)));
    places_.UnsafeAppend(places_.data() + row * static_cast<int64_t>(sizeof(View)), sizeof(View));
    return Counted();
  }
  const auto bounds = [&](const auto* offsets) -> std::pair<int64_t, int64_t> { return {offsets[row], row + 1 < rows_ ? offsets[row + 1] : text_.length()}; };
  const auto [begin, end] = kind_ == Kind::kSmall ? bounds(reinterpret_cast<const int32_t*>(places_.data())) : bounds(reinterpret_cast<const int64_t*>(places_.data()));
  ARROW_RETURN_NOT_OK(text_.Reserve(end - begin));
  return Append({reinterpret_cast<const char*>(text_.data()) + begin, static_cast<size_t>(end - begin)});
}

arrow::Status TextBuilder::AppendNull() {
  if (nulls_ == 0) ARROW_RETURN_NOT_OK(validity_.Append(rows_, true));
  ARROW_RETURN_NOT_OK(AppendPlace({}));
  ARROW_RETURN_NOT_OK(validity_.Append(false));
  ++nulls_;
  ++rows_;
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> TextBuilder::Finish() {
  if (kind_ == Kind::kSmall) {
    const auto end = static_cast<int32_t>(text_.length());
    ARROW_RETURN_NOT_OK(places_.Append(&end, sizeof end));
  } else if (kind_ == Kind::kLarge) {
    const int64_t end = text_.length();
    ARROW_RETURN_NOT_OK(places_.Append(&end, sizeof end));
  }
  std::shared_ptr<arrow::Buffer> validity;
  if (nulls_ > 0) {
    ARROW_ASSIGN_OR_RAISE(validity, validity_.Finish());
  }
  ARROW_ASSIGN_OR_RAISE(auto places, places_.Finish());
  const bool any_text = text_.length() > 0;
  ARROW_ASSIGN_OR_RAISE(auto text, text_.Finish());
  std::vector<std::shared_ptr<arrow::Buffer>> buffers{validity, places};
  if (kind_ == Kind::kView) {
    buffers.insert(buffers.end(), full_.begin(), full_.end());
    if (any_text) buffers.push_back(std::move(text));
    full_.clear();
  } else {
    buffers.push_back(std::move(text));
  }
  auto out = std::make_shared<arrow::ArrayData>(type_, rows_, std::move(buffers), nulls_, 0);
  rows_ = nulls_ = 0;
  return out;
}

}  // namespace bowstring
