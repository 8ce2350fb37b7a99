// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/csv/infer.h"

#include <algorithm>
#include <bit>
#include <memory>

#include <arrow/memory_pool.h>
#include <arrow/type.h>
#include <arrow/util/utf8.h>

#include <bowstring/error.h>

#include "sources/csv/tokenizer.h"
#include "sources/text_value.h"

namespace bowstring::csv {
namespace {

constexpr uint32_t kBoolean = 1, kInteger = 2, kDouble = 4, kDay = 8, kSecond = 16, kMilli = 32, kMicro = 64, kNano = 128, kText = 256;
constexpr int64_t kHeadBytes = 1 << 18;

bool Digit(char c) { return c >= '0' && c <= '9'; }

bool AllDigits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), Digit); }

// [-]digits.digits with one side at least, or digits with an exponent; a fraction may have an exponent.
bool LooksDouble(std::string_view text) {
  if (!text.empty() && text[0] == '-') text.remove_prefix(1);
  size_t at = 0;
  auto digits = [&] {
    const size_t begin = at;
    while (at < text.size() && Digit(text[at])) ++at;
    return at - begin;
  };
  const size_t whole = digits();
  size_t part = 0;
  bool point = false;
  if (at < text.size() && text[at] == '.') {
    point = true;
    ++at;
    part = digits();
  }
  if (whole + part == 0) return false;
  if (at == text.size()) return point;
  if (text[at] != 'e' && text[at] != 'E') return false;
  ++at;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
  return digits() > 0 && at == text.size();
}

// YYYY-MM-DD by its shape.
bool LooksDay(std::string_view text) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return false;
  for (int i : {0, 1, 2, 3, 5, 6, 8, 9}) {
    if (!Digit(text[static_cast<size_t>(i)])) return false;
  }
  return true;
}

// The unit that a timestamp's digits ask for; 0: it has not the shape of one.
uint32_t TimestampUnit(std::string_view text) {
  if (text.size() < 19 || !LooksDay(text) || (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':') return 0;
  for (int i : {11, 12, 14, 15, 17, 18}) {
    if (!Digit(text[static_cast<size_t>(i)])) return 0;
  }
  if (text.size() == 19) return kSecond;
  if (text[19] != '.') return Digit(text[19]) ? 0 : kSecond;
  size_t at = 20;
  while (at < text.size() && Digit(text[at])) ++at;
  const size_t digits = at - 20;
  if (digits == 0 || digits > 9) return 0;
  return digits <= 3 ? kMilli : digits <= 6 ? kMicro : kNano;
}

uint32_t KindOfText(std::string_view text) {
  bool truth;
  if (ParseBool(text, &truth)) return kBoolean;
  if (AllDigits(text[0] == '-' ? text.substr(1) : text)) {
    int64_t value;
    return ParseInt64(text, &value) ? kInteger : kText;
  }
  if (LooksDouble(text)) return kDouble;
  if (text.size() == 10 && LooksDay(text)) return kDay;
  if (const uint32_t unit = TimestampUnit(text)) return unit;
  if (text == "NaN" || text == "nan" || text == "inf" || text == "-inf") return kDouble;
  return kText;
}

}  // namespace

void InferredType::Add(std::string_view text) {
  if (!text.empty()) seen_ |= KindOfText(text);
}

std::shared_ptr<arrow::DataType> InferredType::type() const {
  if (seen_ == 0) return arrow::null();
  if (seen_ == kBoolean) return arrow::boolean();
  if (seen_ == kInteger) return arrow::int64();
  if ((seen_ & ~(kInteger | kDouble)) == 0) return arrow::float64();
  if ((seen_ & ~(kDay | kSecond | kMilli | kMicro | kNano)) == 0) {
    if (seen_ == kDay) return arrow::date32();
    if (seen_ & kNano) return arrow::timestamp(arrow::TimeUnit::NANO);
    if (seen_ & kMicro) return arrow::timestamp(arrow::TimeUnit::MICRO);
    if (seen_ & kMilli) return arrow::timestamp(arrow::TimeUnit::MILLI);
    return arrow::timestamp(arrow::TimeUnit::SECOND);
  }
  return arrow::utf8();
}

arrow::Result<FileHead> InferHead(const DataFile& file, const CsvReadOptions& options, int64_t max_records) {
  FileHead head;
  // More of the file until there are enough records, or no more.
  const int64_t want = max_records + (options.has_header ? 1 : 0);
  for (int64_t bytes = kHeadBytes;; bytes *= 4) {
    const auto borders = MakeBorders(options.dialect);
    bool whole = false;
    ARROW_ASSIGN_OR_RAISE(std::string text, ReadHead(file.path, options.file.compression, options.file.allowed, borders.get(), bytes, &whole));
    std::string_view view = text;
    if (view.starts_with("\xef\xbb\xbf")) view.remove_prefix(3);
    const auto* data = reinterpret_cast<const uint8_t*>(view.data());
    const auto size = static_cast<int64_t>(view.size());
    arrow::util::InitializeUTF8();
    // The first record says how many fields there are.
    const std::vector<std::string> first = Fields(data, size, options.dialect);
    if (first.empty()) return head;
    TokenizeOptions tokenize;
    tokenize.dialect = options.dialect;
    tokenize.fields = tokenize.wanted = static_cast<int>(first.size());
    tokenize.truncated_rows = options.truncated_rows;
    for (int i = 0; i < tokenize.fields; ++i) tokenize.places.push_back(i);
    tokenize.max_rows = want;
    WrongCount wrong;
    ARROW_ASSIGN_OR_RAISE(const Records records, Tokenize(data, size, tokenize, arrow::default_memory_pool(), &wrong));
    if (wrong.found) {
      RecordPlace place{0, 1};
      MakeCounter(options.dialect, false)(data, wrong.start, &place);
      return Error(ErrorKind::kUnknown, "Csv error: Encountered unequal lengths between records on CSV file. Expected ", first.size(),
                   " records, found ", wrong.fields, " records at line ", place.line, " of file '", file.path, "'");
    }
    if (!whole && records.rows < want) continue;
    const int64_t skip = options.has_header ? 1 : 0;
    head.records = std::max<int64_t>(records.rows - skip, 0);
    std::string value;
    for (int i = 0; i < tokenize.fields; ++i) {
      InferredType type;
      for (int64_t row = skip; row < records.rows; ++row) {
        const Span& span = records.at(row, i);
        std::string_view field(view.data() + span.begin(), span.size());
        if (span.raw()) {
          value.clear();
          Unquote(field, options.dialect, &value);
          field = value;
        }
        if (!arrow::util::ValidateUTF8(field)) {
          RecordPlace place{0, 1};
          MakeCounter(options.dialect, false)(data, records.start(row), &place);
          return Error(ErrorKind::kUnknown, "Csv error: Encountered UTF-8 error while reading CSV file: invalid UTF-8 in field ", i,
                       " at line ", place.line, " of file '", file.path, "'");
        }
        type.Add(field);
      }
      head.types.push_back(max_records == 0 ? arrow::utf8() : type.type());  // nothing was looked at
      head.names.push_back(options.has_header ? first[static_cast<size_t>(i)] : "column_" + std::to_string(i + 1));
      if (!arrow::util::ValidateUTF8(head.names.back())) {
        return Error(ErrorKind::kUnknown, "Csv error: Encountered UTF-8 error while reading CSV file: invalid UTF-8 in the header of file '", file.path, "'");
      }
    }
    return head;
  }
}

}  // namespace bowstring::csv
