// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// By hand, because Arrow's writer has no place for it: it writes statistics whole or leaves them out. All but the statistics is copied byte for byte.

#include "sinks/parquet_footer.h"

namespace bowstring {
namespace {

enum Type : uint8_t { kStop, kTrue, kFalse, kByte, kI16, kI32, kI64, kDouble, kBinary, kList, kSet, kMap, kStruct };
constexpr int kMaxDepth = 32;

// The way to the statistics: FileMetaData.row_groups (4) .columns (1) .meta_data (3) .statistics (12).
enum class Level { kFile, kRowGroup, kChunk, kColumn };

void PutVarint(uint64_t value, std::string* out) {
  for (; value >= 0x80; value >>= 7) out->push_back(static_cast<char>(value | 0x80));
  out->push_back(static_cast<char>(value));
}

bool IsContinuation(char byte) { return (static_cast<uint8_t>(byte) & 0xc0) == 0x80; }

// The longest start of whole characters.
std::string_view CutText(std::string_view value, size_t length) {
  while (length > 0 && IsContinuation(value[length])) --length;
  return value.substr(0, length);
}

// A text that is greater than all that begin with `start`; shorter where its last characters can't grow. A character grows to one of as many bytes.
std::optional<std::string> NextText(std::string_view start) {
  std::string out(start);
  while (!out.empty()) {
    size_t at = out.size() - 1;
    while (at > 0 && IsContinuation(out[at])) --at;
    const size_t bytes = out.size() - at;
    uint32_t point = bytes == 1 ? static_cast<uint8_t>(out[at]) : static_cast<uint8_t>(out[at]) & (0x7f >> bytes);
    for (size_t i = 1; i < bytes; ++i) point = point << 6 | (static_cast<uint8_t>(out[at + i]) & 0x3f);
    ++point;
    if (point == 0xd800) point = 0xe000;  // no surrogates
    constexpr uint32_t kEnd[] = {0, 0x80, 0x800, 0x10000, 0x110000};
    if (bytes <= 4 && point < kEnd[bytes]) {
      for (size_t i = bytes - 1; i > 0; --i, point >>= 6) out[at + i] = static_cast<char>(0x80 | (point & 0x3f));
      constexpr uint8_t kLead[] = {0, 0, 0xc0, 0xe0, 0xf0};
      out[at] = static_cast<char>(kLead[bytes] | point);
      return out;
    }
    out.resize(at);
  }
  return std::nullopt;
}

std::optional<std::string> NextBytes(std::string_view start) {
  std::string out(start);
  while (!out.empty() && static_cast<uint8_t>(out.back()) == 0xff) out.pop_back();
  if (out.empty()) return std::nullopt;
  ++out.back();
  return out;
}

class Rewriter {
 public:
  Rewriter(std::string_view footer, const std::vector<CutAs>& columns, size_t length)
      : p_(footer.data()), end_(p_ + footer.size()), columns_(columns), length_(length) {}

  std::optional<std::string> Run() {
    Struct(Level::kFile);
    if (!ok_ || p_ != end_ || !changed_) return std::nullopt;
    return std::move(out_);
  }

 private:
  uint8_t Byte() {
    if (p_ == end_) {
      ok_ = false;
      return 0;
    }
    return static_cast<uint8_t>(*p_++);
  }
  uint64_t Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64 && ok_; shift += 7) {
      const uint8_t byte = Byte();
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return value;
    }
    ok_ = false;
    return 0;
  }
  void Advance(uint64_t bytes) {
    if (bytes > static_cast<uint64_t>(end_ - p_)) {
      ok_ = false;
    } else {
      p_ += bytes;
    }
  }
  // A field's head; false at the struct's end.
  bool Field(int64_t* id, uint8_t* type) {
    const uint8_t head = Byte();
    if (!ok_ || head == kStop) return false;
    *type = head & 0x0f;
    if ((head >> 4) != 0) {
      *id += head >> 4;
    } else {
      const uint64_t raw = Varint();
      *id = static_cast<int64_t>(raw >> 1) ^ -static_cast<int64_t>(raw & 1);
    }
    return ok_;
  }
  uint64_t ListHead(uint8_t* type) {
    const uint8_t head = Byte();
    *type = head & 0x0f;
    return (head >> 4) == 15 ? Varint() : head >> 4;
  }
  void Skip(uint8_t type, bool element, int depth = 0) {
    if (depth > kMaxDepth) ok_ = false;
    if (!ok_) return;
    switch (type) {
      case kTrue:
      case kFalse:
        if (element) Advance(1);
        return;
      case kByte: return Advance(1);
      case kI16:
      case kI32:
      case kI64: Varint(); return;
      case kDouble: return Advance(8);
      case kBinary: return Advance(Varint());
      case kList:
      case kSet: {
        uint8_t of = 0;
        for (uint64_t n = ListHead(&of); n > 0 && ok_; --n) Skip(of, true, depth + 1);
        return;
      }
      case kMap: {
        const uint64_t n = Varint();
        if (n == 0) return;
        const uint8_t types = Byte();
        for (uint64_t i = 0; i < n && ok_; ++i) {
          Skip(types >> 4, true, depth + 1);
          Skip(types & 0x0f, true, depth + 1);
        }
        return;
      }
      case kStruct: {
        int64_t id = 0;
        for (uint8_t of = 0; Field(&id, &of);) Skip(of, false, depth + 1);
        return;
      }
      default: ok_ = false;
    }
  }

  void Struct(Level level) {
    int64_t id = 0;
    uint8_t type = 0;
    while (ok_) {
      const char* begin = p_;
      const bool more = Field(&id, &type);
      const bool inner = (level == Level::kFile && id == 4 && type == kList) || (level == Level::kRowGroup && id == 1 && type == kList) ||
                         (level == Level::kChunk && id == 3 && type == kStruct) || (level == Level::kColumn && id == 12 && type == kStruct);
      if (more && !inner) Skip(type, false);
      out_.append(begin, p_);
      if (!more) return;
      if (!inner) continue;
      switch (level) {
        case Level::kFile: Structs(Level::kRowGroup); break;
        case Level::kRowGroup: Structs(Level::kChunk); break;
        case Level::kChunk: Struct(Level::kColumn); break;
        case Level::kColumn: Statistics(); break;
      }
    }
  }

  void Structs(Level level) {
    const char* begin = p_;
    uint8_t type = 0;
    const uint64_t n = ListHead(&type);
    if (type != kStruct) ok_ = false;
    out_.append(begin, p_);
    for (uint64_t i = 0; i < n && ok_; ++i) {
      if (level == Level::kChunk) column_ = i;
      Struct(level);
    }
  }

  // max 1, min 2 (of old readers), null_count 3, distinct_count 4, max_value 5, min_value 6, is_max_value_exact 7, is_min_value_exact 8.
  void Statistics() {
    struct Known {
      uint8_t type = kStop;  // not there
      std::string content;   // of binaries the value alone
    } fields[9];
    const char* begin = p_;
    const CutAs as = column_ < columns_.size() ? columns_[column_] : CutAs::kNothing;
    bool plain = as != CutAs::kNothing;  // nothing here that isn't known
    int64_t id = 0;
    for (uint8_t type = 0; Field(&id, &type);) {
      const char* content = p_;
      if (id < 1 || id > 8) {
        plain = false;
        Skip(type, false);
        continue;
      }
      if (type == kBinary) {
        const uint64_t size = Varint();
        content = p_;
        Advance(size);
      } else {
        Skip(type, false);
      }
      fields[id].type = type;
      fields[id].content.assign(content, p_);
    }
    Known &max = fields[5], &min = fields[6];
    const auto is_long = [&](const Known& field) { return field.type == kBinary && field.content.size() > length_; };
    if (!ok_ || !plain || (!is_long(max) && !is_long(min))) {
      out_.append(begin, p_);
      return;
    }
    const auto start = [&](const std::string& value) { return as == CutAs::kText ? CutText(value, length_) : std::string_view(value).substr(0, length_); };
    if (is_long(min)) {
      if (const auto cut = start(min.content); !cut.empty()) {
        min.content.resize(cut.size());
        fields[8].type = kFalse;
        changed_ = true;
      }
    }
    if (is_long(max)) {
      const auto cut = start(max.content);
      if (auto next = as == CutAs::kText ? NextText(cut) : NextBytes(cut)) {
        max.content = std::move(*next);
        fields[7].type = kFalse;
        changed_ = true;
      }
    }
    for (int old : {1, 2}) {
      if (is_long(fields[old])) fields[old].type = kStop;
    }
    for (int i = 1, last = 0; i <= 8; ++i) {
      if (fields[i].type == kStop) continue;
      out_.push_back(static_cast<char>((i - last) << 4 | fields[i].type));
      last = i;
      if (fields[i].type == kBinary) PutVarint(fields[i].content.size(), &out_);
      out_ += fields[i].content;
    }
    out_.push_back(kStop);
  }

  const char* p_;
  const char* const end_;
  const std::vector<CutAs>& columns_;
  const size_t length_;
  std::string out_;
  uint64_t column_ = 0;
  bool ok_ = true, changed_ = false;
};

}  // namespace

std::optional<std::string> CutStatistics(std::string_view footer, const std::vector<CutAs>& columns, int64_t length) {
  return Rewriter(footer, columns, static_cast<size_t>(length)).Run();
}

}  // namespace bowstring
