// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// Arrow's block parser refuses what the peer takes (quotes in the middle of a field, rows of any line end, records cut short), knows no
// comments or terminators, and copies every value; it is also about four times slower than finding the marks of 64 bytes at once.
#include "sources/csv/tokenizer.h"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace bowstring::csv {
namespace {

/// The bytes that mean something.
struct Marks {
  char delimiter, quote, end1, end2;
  explicit Marks(const CsvDialect& dialect)
      : delimiter(dialect.delimiter), quote(dialect.quote), end1(dialect.terminator ? *dialect.terminator : '\n'),
        end2(dialect.terminator ? *dialect.terminator : '\r') {}
  bool IsEnd(char c) const { return c == end1 || c == end2; }
};

/// Walks over the marks of a text, 64 bytes at a time.
class MarkWalker {
 public:
  MarkWalker(const uint8_t* data, size_t size, const Marks& marks) : data_(data), size_(size), marks_(marks) { Load(); }

  /// The next mark's place; `size` at the end.
  size_t Next() {
    while (mask_ == 0) {
      base_ += 64;
      if (base_ >= size_) return size_;
      Load();
    }
    const size_t at = base_ + static_cast<size_t>(std::countr_zero(mask_));
    mask_ &= mask_ - 1;
    return at;
  }
  /// Goes on with the first mark at or behind `at`.
  void Seek(size_t at) {
    const size_t base = at & ~size_t{63};
    if (base >= size_) {
      base_ = base;
      mask_ = 0;
      return;
    }
    if (base != base_) {
      base_ = base;
      Load();
    } else {
      Load();
    }
    mask_ &= ~uint64_t{0} << (at & 63);
  }

 private:
  void Load() {
    if (base_ >= size_) {
      mask_ = 0;
      return;
    }
    if (size_ - base_ >= 64) {
      mask_ = MaskOf(data_ + base_);
      return;
    }
    uint8_t tail[64] = {};
    const size_t left = size_ - base_;
    std::memcpy(tail, data_ + base_, left);
    mask_ = MaskOf(tail) & ((uint64_t{1} << left) - 1);
  }

  uint64_t MaskOf(const uint8_t* p) const {
    uint64_t mask = 0;
#if defined(__SSE2__)
    const __m128i delimiter = _mm_set1_epi8(marks_.delimiter), quote = _mm_set1_epi8(marks_.quote);
    const __m128i end1 = _mm_set1_epi8(marks_.end1), end2 = _mm_set1_epi8(marks_.end2);
    for (int i = 0; i < 4; ++i) {
      const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 16 * i));
      const __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(x, delimiter), _mm_cmpeq_epi8(x, quote)),
                                       _mm_or_si128(_mm_cmpeq_epi8(x, end1), _mm_cmpeq_epi8(x, end2)));
      mask |= static_cast<uint64_t>(static_cast<uint16_t>(_mm_movemask_epi8(hit))) << (16 * i);
    }
#else
    for (int i = 0; i < 64; ++i) {
      const char c = static_cast<char>(p[i]);
      const bool hit = c == marks_.delimiter || c == marks_.quote || marks_.IsEnd(c);
      mask |= static_cast<uint64_t>(hit) << i;
    }
#endif
    return mask;
  }

  const uint8_t* data_;
  const size_t size_;
  const Marks marks_;
  size_t base_ = 0;
  uint64_t mask_ = 0;
};

/// Where a quoted field that opens at `open` closes: the place of the closing quote, or `size`. `doubled`: it holds quotes or escapes.
size_t FindClose(const uint8_t* data, size_t size, size_t open, const CsvDialect& dialect, bool* doubled) {
  size_t at = open + 1;
  if (!dialect.escape) {
    while (at < size) {
      const void* hit = std::memchr(data + at, dialect.quote, size - at);
      if (hit == nullptr) return size;
      at = static_cast<size_t>(static_cast<const uint8_t*>(hit) - data);
      if (at + 1 < size && static_cast<char>(data[at + 1]) == dialect.quote) {
        *doubled = true;
        at += 2;
        continue;
      }
      return at;
    }
    return size;
  }
  while (at < size) {
    const char c = static_cast<char>(data[at]);
    if (c == *dialect.escape) {
      *doubled = true;
      at += 2;
    } else if (c == dialect.quote) {
      if (at + 1 >= size || static_cast<char>(data[at + 1]) != dialect.quote) return at;
      *doubled = true;
      at += 2;
    } else {
      ++at;
    }
  }
  return size;
}

class Borders final : public RecordBorders {
 public:
  explicit Borders(const CsvDialect& dialect) : dialect_(dialect), marks_(dialect) {}

  int64_t LastBorder(const uint8_t* data, int64_t n) override {
    const auto size = static_cast<size_t>(n);
    size_t last = 0, at = 0;
    while (at < size) {
      switch (state_) {
        case State::kQuoted: at = InQuotes(data, size, at); break;
        case State::kEscaped:
          ++at;
          state_ = State::kQuoted;
          break;
        case State::kMaybeClosed:
          if (static_cast<char>(data[at]) == dialect_.quote) {
            ++at;
            state_ = State::kQuoted;
          } else {
            state_ = State::kField;
          }
          break;
        case State::kComment: {
          const size_t end = FindEnd(data, size, at);
          at = end;
          if (end < size) {
            last = ++at;
            state_ = State::kStart;
          }
          break;
        }
        default: at = Outside(data, size, at, &last); break;
      }
    }
    return static_cast<int64_t>(last);
  }

 private:
  enum class State : uint8_t { kStart, kFieldStart, kField, kQuoted, kMaybeClosed, kEscaped, kComment };

  size_t FindEnd(const uint8_t* data, size_t size, size_t at) const {
    while (at < size && !marks_.IsEnd(static_cast<char>(data[at]))) ++at;
    return at;
  }

  size_t InQuotes(const uint8_t* data, size_t size, size_t at) {
    if (!dialect_.escape) {
      const void* hit = std::memchr(data + at, dialect_.quote, size - at);
      if (hit == nullptr) return size;
      state_ = State::kMaybeClosed;
      return static_cast<size_t>(static_cast<const uint8_t*>(hit) - data) + 1;
    }
    for (; at < size; ++at) {
      const char c = static_cast<char>(data[at]);
      if (c != *dialect_.escape && c != dialect_.quote) continue;
      state_ = c == *dialect_.escape ? State::kEscaped : State::kMaybeClosed;
      return at + 1;
    }
    return at;
  }

  // Up to the next quote that opens a field, or a comment's beginning.
  size_t Outside(const uint8_t* data, size_t size, size_t at, size_t* last) {
    if (dialect_.comment && state_ == State::kStart && static_cast<char>(data[at]) == *dialect_.comment) {
      state_ = State::kComment;
      return at;
    }
    const void* hit = std::memchr(data + at, dialect_.quote, size - at);
    size_t end = hit == nullptr ? size : static_cast<size_t>(static_cast<const uint8_t*>(hit) - data);
    if (dialect_.comment) {  // no further than the line's end: the next may be a comment
      const size_t line = FindEnd(data, size, at);
      if (line < end) {
        *last = line + 1;
        state_ = State::kStart;
        return line + 1;
      }
    }
    if (end > at) {
      const void* border = ::memrchr(data + at, marks_.end1, end - at);
      if (border == nullptr && marks_.end2 != marks_.end1) border = ::memrchr(data + at, marks_.end2, end - at);
      if (border != nullptr) *last = static_cast<size_t>(static_cast<const uint8_t*>(border) - data) + 1;
      const char before = static_cast<char>(data[end - 1]);
      state_ = marks_.IsEnd(before) ? State::kStart : before == marks_.delimiter ? State::kFieldStart : State::kField;
    }
    if (hit == nullptr) return size;
    state_ = state_ == State::kField ? State::kField : State::kQuoted;
    return end + 1;
  }

  const CsvDialect dialect_;
  const Marks marks_;
  State state_ = State::kStart;
};

}  // namespace

arrow::Result<Records> Tokenize(const uint8_t* data, int64_t signed_size, const TokenizeOptions& options, arrow::MemoryPool* pool, WrongCount* wrong) {
  const auto size = static_cast<size_t>(signed_size);
  const Marks marks(options.dialect);
  const int wanted = options.wanted;
  const int known = static_cast<int>(options.places.size());
  arrow::TypedBufferBuilder<uint64_t> spans(pool);
  arrow::TypedBufferBuilder<uint32_t> starts(pool);
  static_assert(sizeof(Span) == sizeof(uint64_t));
  // The first line tells how many there will be.
  const void* line = std::memchr(data, marks.end1, size);
  const size_t first = line == nullptr ? size : static_cast<size_t>(static_cast<const uint8_t*>(line) - data) + 1;
  const auto guess = static_cast<int64_t>(std::min<size_t>(size / std::max<size_t>(first, 1) + 16, size_t{1} << 20));
  ARROW_RETURN_NOT_OK(starts.Reserve(guess));
  ARROW_RETURN_NOT_OK(spans.Reserve(guess * wanted));

  Records out;
  out.wanted = wanted;
  MarkWalker walker(data, size, marks);
  size_t record = 0, field = 0;
  int column = 0;
  Span* row = nullptr;
  auto begin_row = [&]() -> arrow::Status {
    ARROW_RETURN_NOT_OK(spans.Append(wanted, 0));
    row = reinterpret_cast<Span*>(spans.mutable_data()) + out.rows * wanted;
    return arrow::Status::OK();
  };
  auto emit = [&](size_t begin, size_t end, bool raw) {
    if (column < known) {
      const int place = options.places[static_cast<size_t>(column)];
      if (place >= 0) row[place] = Span(static_cast<uint32_t>(begin), static_cast<uint32_t>(end - begin), raw);
    }
  };
  // Ends a record whose last field was emitted; false: that's all.
  auto end_record = [&](size_t next) -> arrow::Result<bool> {
    const int fields = column + 1;
    if (options.fields >= 0 && fields != options.fields && !(options.truncated_rows && fields < options.fields)) {
      *wrong = {true, out.rows, static_cast<uint32_t>(record), fields};
      return false;
    }
    ARROW_RETURN_NOT_OK(starts.Append(static_cast<uint32_t>(record)));
    ++out.rows;
    record = field = next;
    column = 0;
    if (out.rows >= options.max_rows) return false;
    ARROW_RETURN_NOT_OK(begin_row());
    return true;
  };
  ARROW_RETURN_NOT_OK(begin_row());
  bool more = size > 0;
  while (more) {
    if (options.dialect.comment && column == 0 && field == record) {
      bool skipped = false;
      while (record < size && static_cast<char>(data[record]) == *options.dialect.comment) {
        while (record < size && !marks.IsEnd(static_cast<char>(data[record]))) ++record;
        while (record < size && marks.IsEnd(static_cast<char>(data[record]))) ++record;
        skipped = true;
      }
      if (skipped) {
        field = record;
        walker.Seek(record);
      }
    }
    size_t at = walker.Next();
    if (at >= size) break;
    const char c = static_cast<char>(data[at]);
    if (c == marks.delimiter) {
      emit(field, at, false);
      ++column;
      field = at + 1;
      continue;
    }
    if (marks.IsEnd(c)) {
      if (at == record && column == 0) {  // an empty line
        record = field = at + 1;
        continue;
      }
      emit(field, at, false);
      ARROW_ASSIGN_OR_RAISE(more, end_record(at + 1));
      continue;
    }
    if (at != field) continue;  // a quote inside of a plain field
    bool raw = false;
    const size_t close = FindClose(data, size, at, options.dialect, &raw);
    size_t end = close + 1;
    bool messy = close >= size;
    if (!messy && end < size) {
      const char after = static_cast<char>(data[end]);
      if (after != marks.delimiter && !marks.IsEnd(after)) {  // text goes on behind the quotes
        messy = true;
        walker.Seek(end);
        do {
          end = walker.Next();
        } while (end < size && static_cast<char>(data[end]) == marks.quote);
      }
    }
    end = std::min(end, size);
    if (raw || messy) {
      emit(field, end, true);
    } else {
      emit(field + 1, close, false);
    }
    walker.Seek(end + 1);
    if (end < size && static_cast<char>(data[end]) == marks.delimiter) {
      ++column;
      field = end + 1;
      if (field == size) break;
      continue;
    }
    ARROW_ASSIGN_OR_RAISE(more, end_record(end + 1));
    if (end >= size) more = false;
  }
  if (more && record < size && out.rows < options.max_rows) {  // the last one has no line end
    emit(std::min(field, size), size, false);
    ARROW_ASSIGN_OR_RAISE(more, end_record(size));
  }
  ARROW_ASSIGN_OR_RAISE(out.spans, spans.Finish(false));
  ARROW_ASSIGN_OR_RAISE(out.starts, starts.Finish(false));
  return out;
}

void Unquote(std::string_view raw, const CsvDialect& dialect, std::string* out) {
  size_t at = 1;  // behind the opening quote
  bool inside = true;
  for (; at < raw.size(); ++at) {
    const char c = raw[at];
    if (inside && dialect.escape && c == *dialect.escape && at + 1 < raw.size()) {
      out->push_back(raw[++at]);
    } else if (inside && c == dialect.quote) {
      if (at + 1 < raw.size() && raw[at + 1] == dialect.quote) {
        out->push_back(c);
        ++at;
      } else {
        inside = false;
      }
    } else {
      out->push_back(c);
    }
  }
}

std::vector<std::string> Fields(const uint8_t* data, int64_t size, const CsvDialect& dialect) {
  std::vector<std::string> out;
  TokenizeOptions options;
  options.dialect = dialect;
  options.max_rows = 1;
  WrongCount wrong;
  // As many columns as the record has: found out by counting, then read.
  options.fields = 0;
  auto counted = Tokenize(data, size, options, arrow::default_memory_pool(), &wrong);
  if (!counted.ok() || !wrong.found) return out;
  options.fields = wrong.fields;
  options.wanted = wrong.fields;
  for (int i = 0; i < wrong.fields; ++i) options.places.push_back(i);
  WrongCount none;
  auto read = Tokenize(data, size, options, arrow::default_memory_pool(), &none);
  if (!read.ok() || read->rows == 0) return out;
  for (int i = 0; i < wrong.fields; ++i) {
    const Span& span = read->at(0, i);
    const std::string_view text(reinterpret_cast<const char*>(data) + span.begin(), span.size());
    std::string& value = out.emplace_back();
    if (span.raw()) Unquote(text, dialect, &value);
    else value = text;
  }
  return out;
}

std::unique_ptr<RecordBorders> MakeBorders(const CsvDialect& dialect) { return std::make_unique<Borders>(dialect); }

std::function<void(const uint8_t*, int64_t, RecordPlace*)> MakeCounter(const CsvDialect& dialect, bool has_header) {
  struct State {
    std::string carry;
    std::unique_ptr<RecordBorders> borders;
    bool header;
  };
  auto state = std::make_shared<State>();
  state->borders = MakeBorders(dialect);
  state->header = has_header;
  return [state, dialect](const uint8_t* data, int64_t n, RecordPlace* place) {
    for (int64_t i = 0; i < n; ++i) {
      const bool carriage = data[i] == '\r' && (i + 1 == n || data[i + 1] != '\n');
      if (data[i] == '\n' || carriage) ++place->line;
    }
    // Whole records are counted, the rest waits for the next block. The last block ends at a border.
    const size_t seen = state->carry.size();
    state->carry.append(reinterpret_cast<const char*>(data), static_cast<size_t>(n));
    const int64_t border = state->borders->LastBorder(reinterpret_cast<const uint8_t*>(state->carry.data()) + seen, n);
    const size_t whole = border > 0 ? seen + static_cast<size_t>(border) : 0;
    if (whole == 0) return;
    TokenizeOptions options;
    options.dialect = dialect;
    WrongCount wrong;
    auto records = Tokenize(reinterpret_cast<const uint8_t*>(state->carry.data()), static_cast<int64_t>(whole), options, arrow::default_memory_pool(), &wrong);
    if (records.ok()) place->record += records->rows;
    if (state->header && place->record > 0) {
      --place->record;
      state->header = false;
    }
    state->carry.erase(0, whole);
  };
}

}  // namespace bowstring::csv
