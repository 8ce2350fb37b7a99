// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Thrift's compact protocol, as far as page headers use it. By hand, because Arrow's page reader reads header and page in one go
// from a stream: a step that runs out of memory between the two could not be run again, and pages could not be skipped unread.

#include "sources/parquet/page_header.h"

namespace bowstring::pq {
namespace {

enum Type : uint8_t { kStop, kTrue, kFalse, kByte, kI16, kI32, kI64, kDouble, kBinary, kList, kSet, kMap, kStruct, kUuid };
constexpr int kMaxDepth = 8;  // page headers nest three deep

class Reader {
 public:
  Reader(const uint8_t* data, int64_t size) : begin_(data), p_(data), end_(data + size) {}
  bool ok() const { return outcome_ == HeaderOutcome::kOk; }
  HeaderOutcome outcome() const { return outcome_; }
  int64_t consumed() const { return p_ - begin_; }

  uint8_t Byte() {
    if (p_ == end_) {
      Fail(HeaderOutcome::kShort);
      return 0;
    }
    return *p_++;
  }
  uint64_t Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      uint8_t byte = Byte();
      if (!ok()) return 0;
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return value;
    }
    Fail(HeaderOutcome::kDamaged);
    return 0;
  }
  int64_t Zigzag() {
    uint64_t raw = Varint();
    return static_cast<int64_t>(raw >> 1) ^ -static_cast<int64_t>(raw & 1);
  }
  int32_t I32() {
    int64_t value = Zigzag();
    if (value < INT32_MIN || value > INT32_MAX) Fail(HeaderOutcome::kDamaged);
    return static_cast<int32_t>(value);
  }
  void Advance(uint64_t bytes) {
    if (bytes > (16u << 20)) return Fail(HeaderOutcome::kDamaged);
    if (bytes > static_cast<uint64_t>(end_ - p_)) return Fail(HeaderOutcome::kShort);
    p_ += bytes;
  }

  /// Calls on_field(id, type) for each field; it answers false to have the field skipped.
  template <typename OnField>
  void Struct(OnField&& on_field) {
    int64_t id = 0;
    while (ok()) {
      uint8_t head = Byte();
      if (!ok() || head == kStop) return;
      uint8_t type = head & 0x0f;
      if (type == kStop || type > kUuid) return Fail(HeaderOutcome::kDamaged);
      id = (head >> 4) != 0 ? id + (head >> 4) : Zigzag();
      if (id < INT16_MIN || id > INT16_MAX) return Fail(HeaderOutcome::kDamaged);
      if (!ok()) return;
      if (!on_field(id, type)) Skip(type, 0, false);
    }
  }
  void Skip(uint8_t type, int depth, bool in_container) {
    if (depth > kMaxDepth) return Fail(HeaderOutcome::kDamaged);
    switch (type) {
      case kTrue:
      case kFalse:
        if (in_container) Byte();
        return;
      case kByte: Byte(); return;
      case kI16:
      case kI32:
      case kI64: Varint(); return;
      case kDouble: return Advance(8);
      case kUuid: return Advance(16);
      case kBinary: return Advance(Varint());
      case kList:
      case kSet: {
        uint8_t head = Byte();
        uint64_t count = (head >> 4) == 15 ? Varint() : head >> 4;
        for (uint64_t i = 0; i < count && ok(); ++i) SkipElement(head & 0x0f, depth);
        return;
      }
      case kMap: {
        uint64_t count = Varint();
        if (!ok() || count == 0) return;
        uint8_t types = Byte();
        for (uint64_t i = 0; i < count && ok(); ++i) {
          SkipElement(types >> 4, depth);
          SkipElement(types & 0x0f, depth);
        }
        return;
      }
      case kStruct: {
        while (ok()) {
          uint8_t head = Byte();
          if (!ok() || head == kStop) return;
          if ((head >> 4) == 0) Varint();
          Skip(head & 0x0f, depth + 1, false);
        }
        return;
      }
      default: return Fail(HeaderOutcome::kDamaged);
    }
  }
  void Fail(HeaderOutcome outcome) {
    if (ok()) outcome_ = outcome;
  }

 private:
  // An element takes at least a byte, so a damaged count ends with the input.
  void SkipElement(uint8_t type, int depth) { Skip(type, depth + 1, true); }

  const uint8_t* begin_;
  const uint8_t* p_;
  const uint8_t* end_;
  HeaderOutcome outcome_ = HeaderOutcome::kOk;
};

}  // namespace

HeaderOutcome ParsePageHeader(const uint8_t* data, int64_t size, PageHeader* out, int64_t* consumed) {
  Reader in(data, size);
  PageHeader h;
  bool has_kind = false, has_sizes[2] = {false, false}, has_body = false;
  auto read = [&](uint8_t type, int32_t* value) {
    if (type != kI32) return false;
    *value = in.I32();
    return true;
  };
  in.Struct([&](int64_t id, uint8_t type) {
    switch (id) {
      case 1: {
        int32_t kind = 0;
        if (!read(type, &kind)) return false;
        if (kind < 0 || kind > 3) in.Fail(HeaderOutcome::kDamaged);
        h.kind = static_cast<PageKind>(kind);
        has_kind = true;
        return true;
      }
      case 2: return has_sizes[0] = read(type, &h.uncompressed_size);
      case 3: return has_sizes[1] = read(type, &h.compressed_size);
      case 4: {
        int32_t crc = 0;
        h.has_crc = read(type, &crc);
        h.crc = static_cast<uint32_t>(crc);
        return h.has_crc;
      }
      case 5:
      case 7:  // a data page's header; a dictionary's has the same first two fields
        if (type != kStruct) return false;
        has_body |= h.kind == (id == 5 ? PageKind::kData : PageKind::kDictionary);
        in.Struct([&](int64_t field, uint8_t t) {
          if (field == 1) return read(t, &h.num_values);
          if (field == 2) return read(t, &h.encoding);
          if (field == 3 && id == 5) return read(t, &h.level_encoding);
          return false;
        });
        return true;
      case 8:
        if (type != kStruct) return false;
        has_body |= h.kind == PageKind::kDataV2;
        in.Struct([&](int64_t field, uint8_t t) {
          switch (field) {
            case 1: return read(t, &h.num_values);
            case 2: return read(t, &h.num_nulls);
            case 3: return read(t, &h.num_rows);
            case 4: return read(t, &h.encoding);
            case 5: return read(t, &h.def_bytes);
            case 6: return read(t, &h.rep_bytes);
            case 7:
              if (t != kTrue && t != kFalse) return false;
              h.is_compressed = t == kTrue;
              return true;
            default: return false;
          }
        });
        return true;
      default: return false;
    }
  });
  if (!in.ok()) return in.outcome();
  bool complete = has_kind && has_sizes[0] && has_sizes[1] && (has_body || h.kind == PageKind::kIndex);
  if (!complete || h.uncompressed_size < 0 || h.compressed_size < 0 || h.num_values < 0 || h.def_bytes < 0 ||
      h.rep_bytes < 0 || h.num_nulls < 0 || h.num_rows < 0) {
    return HeaderOutcome::kDamaged;
  }
  *out = h;
  *consumed = in.consumed();
  return HeaderOutcome::kOk;
}

}  // namespace bowstring::pq
