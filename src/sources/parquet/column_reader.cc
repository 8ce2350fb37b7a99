// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/parquet/column_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_ops.h>

#include <bowstring/error.h>

#include "sources/parquet/pick.h"
#include "sources/parquet/rle.h"

namespace bowstring::pq {

using ::parquet::Encoding;

namespace {
uint8_t ReverseBits(uint8_t byte) {
  uint8_t out = 0;
  for (int i = 0; i < 8; ++i) out = static_cast<uint8_t>(out | ((byte >> i & 1) << (7 - i)));
  return out;
}
}  // namespace

ColumnReader::ColumnReader(ColumnReader&&) noexcept = default;
ColumnReader::~ColumnReader() { LeavePage(); }

void ColumnReader::Begin(int64_t begin, int64_t end, Wanted wanted) {
  row_ = begin_ = begin;
  end_ = end;
  wanted_ = wanted;
  next_wanted_ = 0;
}

void ColumnReader::LeavePage() {
  if (page_ != nullptr) {
    SharedPage* shared = page_index_ < chunk_->shared.size() ? chunk_->shared[page_index_].get() : nullptr;
    // The last morsel that needs a shared page takes it out of the row group; views go on holding its buffer.
    if (shared != nullptr && ++shared->used >= chunk_->pages[page_index_].morsels) shared->slot.Drop();
  }
  page_.reset();
  decoder_.reset();
}

void ColumnReader::Notify(Waker waker) {
  if (waits_for_dictionary_) {
    chunk_->dictionary.Notify(std::move(waker));
  } else {
    chunk_->shared[page_index_]->slot.Notify(std::move(waker));
  }
}

arrow::Result<Progress> ColumnReader::LoadPage(ReadContext& context) {
  SharedPage* shared = chunk_->shared[page_index_].get();
  if (shared == nullptr) return ReadDataPage(context, *chunk_, chunk_->pages[page_index_], &page_);
  switch (shared->slot.TryClaim(&page_)) {
    case SharedSlot<const DataPage>::Claim::kReady: return Progress::kDone;
    case SharedSlot<const DataPage>::Claim::kBusy: waits_for_dictionary_ = false; return Progress::kBusy;
    case SharedSlot<const DataPage>::Claim::kMine: break;
  }
  ClaimGuard<const DataPage> claim(&shared->slot);
  auto progress = ReadDataPage(context, *chunk_, chunk_->pages[page_index_], &page_);
  if (progress.ok() && *progress == Progress::kDone) claim.Publish(page_);
  return progress;
}

arrow::Status ColumnReader::MakePageDecoder(ReadContext& context) {
  const DataPage& page = *page_;
  PageValues values{page.buffer, page.buffer->data() + page.values_begin, page.values_size, page.header.num_values};
  ARROW_ASSIGN_OR_RAISE(decoder_, MakeDecoder(static_cast<Encoding::type>(page.header.encoding), chunk_->type, values, dictionary_, context.pool));
  decoder_row_ = chunk_->pages[page_index_].first_row;
  if (page.levels_are_bits) {
    // The deprecated form has the highest bit first. Turned around once, behind the head of one literal run of ours.
    const uint8_t* from = page.buffer->data() + page.levels_begin;
    uint64_t head = static_cast<uint64_t>(page.levels_size) << 1 | 1;
    turned_levels_.clear();
    for (; head >= 0x80; head >>= 7) turned_levels_.push_back(static_cast<uint8_t>(head | 0x80));
    turned_levels_.push_back(static_cast<uint8_t>(head));
    const int64_t size = static_cast<int64_t>(turned_levels_.size()) + page.levels_size;
    for (int64_t i = 0; i < page.levels_size; ++i) turned_levels_.push_back(ReverseBits(from[i]));
    turned_levels_.resize(static_cast<size_t>(size + kPagePadding));
    levels_ = RleDecoder(turned_levels_.data(), size, 1);
    return arrow::Status::OK();
  }
  levels_ = RleDecoder(page.buffer->data() + page.levels_begin, page.levels_size, 1);
  return arrow::Status::OK();
}

arrow::Status ColumnReader::Levels(int64_t n, uint8_t* bitmap, int64_t offset, int64_t* set) {
  if (page_->levels_size > 0 || page_->header.kind != PageKind::kDataV2) return levels_.GetBits(n, bitmap, offset, set);
  arrow::bit_util::SetBitsTo(bitmap, offset, n, true);  // a v2 page without levels has no NULLs
  *set += n;
  return arrow::Status::OK();
}

arrow::Status ColumnReader::SkipTo(int64_t row, Scratch* scratch, arrow::MemoryPool* pool) {
  int64_t n = row - decoder_row_;
  if (n == 0) return arrow::Status::OK();
  int64_t values = n;
  if (chunk_->optional) {
    ARROW_RETURN_NOT_OK(Grow(&scratch->bits, arrow::bit_util::BytesForBits(n), pool));
    std::memset(scratch->bits->mutable_data(), 0, static_cast<size_t>(arrow::bit_util::BytesForBits(n)));
    values = 0;
    ARROW_RETURN_NOT_OK(Levels(n, scratch->bits->mutable_data(), 0, &values));
  }
  ARROW_RETURN_NOT_OK(decoder_->Skip(values));
  decoder_row_ = row;
  return arrow::Status::OK();
}

// The next n values, in the form that `out` has them.
arrow::Status ColumnReader::Decode(int64_t n, const ColumnOut& out, uint8_t* to) {
  if (out.dictionary()) return decoder_->DecodeCodes(n, reinterpret_cast<uint32_t*>(to));
  return decoder_->Decode(n, to);
}
arrow::Status ColumnReader::Gather(int64_t n, Wanted wanted, int64_t base, ColumnOut& out) {
  if (out.dictionary()) return decoder_->GatherCodes(n, wanted.rows, wanted.count, base, reinterpret_cast<uint32_t*>(out.tail()));
  return decoder_->Gather(n, wanted.rows, wanted.count, base, out.tail());
}

arrow::Status ColumnReader::ReadOptional(ReadContext& context, int64_t take, Wanted wanted, int64_t base, ColumnOut* out) {
  const int32_t width = out->width();
  Scratch* scratch = context.scratch;
  if (wanted.rows == nullptr) {
    int64_t set = 0;
    ARROW_RETURN_NOT_OK(Levels(take, out->validity(), out->length(), &set));
    ARROW_RETURN_NOT_OK(Decode(set, *out, out->tail()));
    if (set < take) SpreadValues(out->tail(), width, out->validity(), out->length(), take, set);
    out->Advance(take, take - set);
    return arrow::Status::OK();
  }
  uint8_t* bits = scratch->bits->mutable_data();
  std::memset(bits, 0, static_cast<size_t>(arrow::bit_util::BytesForBits(take)));
  int64_t set = 0;
  ARROW_RETURN_NOT_OK(Levels(take, bits, 0, &set));
  if (set == take) {
    ARROW_RETURN_NOT_OK(Gather(take, wanted, base, *out));
    arrow::bit_util::SetBitsTo(out->validity(), out->length(), wanted.count, true);
    out->Advance(wanted.count, 0);
    return arrow::Status::OK();
  }
  uint8_t* values = scratch->values->mutable_data();
  ARROW_RETURN_NOT_OK(Decode(set, *out, values));
  SpreadValues(values, width, bits, 0, take, set);
  PickValues(values, width, wanted.rows, base, wanted.count, out->tail());
  out->Advance(wanted.count, wanted.count - PickBits(bits, wanted.rows, base, wanted.count, out->validity(), out->length()));
  return arrow::Status::OK();
}

arrow::Result<Progress> ColumnReader::Read(ReadContext& context, ColumnOut* out, int64_t most_codes) {
  const auto& pages = chunk_->pages;
  size_t index = page_index_;
  while (index < pages.size() && pages[index].first_row + pages[index].num_rows <= row_) ++index;
  if (index == pages.size() || pages[index].first_row > row_) return Error(ErrorKind::kExecution, "no page has row ", row_);
  if (index != page_index_) {
    LeavePage();
    page_index_ = index;
  }
  const int64_t page_end = pages[index].first_row + pages[index].num_rows;
  const int64_t take = std::min(page_end, end_) - row_;
  // Which of the wanted rows lie in this piece.
  Wanted piece;
  int64_t next = next_wanted_;
  if (wanted_.rows != nullptr) {
    const int64_t limit = row_ + take - begin_;
    const int32_t* first = wanted_.rows + next_wanted_;
    next = std::lower_bound(first, wanted_.rows + wanted_.count, limit, [](int32_t a, int64_t b) { return a < b; }) - wanted_.rows;
    piece = {first, next - next_wanted_};
    if (piece.count == 0) {  // the page may stay unread
      row_ += take;
      return Progress::kDone;
    }
    if (piece.count == take) piece.rows = nullptr;
  }
  if (page_ == nullptr) {
    ARROW_ASSIGN_OR_RAISE(Progress progress, LoadPage(context));
    if (progress != Progress::kDone) return progress;
  }
  if (decoder_ == nullptr) {
    const auto encoding = page_->header.encoding;
    if (dictionary_ == nullptr && (encoding == Encoding::RLE_DICTIONARY || encoding == Encoding::PLAIN_DICTIONARY)) {
      waits_for_dictionary_ = true;
      ARROW_ASSIGN_OR_RAISE(Progress progress, ReadDictionary(context, *chunk_, &dictionary_));
      if (progress != Progress::kDone) return progress;
    }
    ARROW_RETURN_NOT_OK(MakePageDecoder(context));
  }
  // All memory first: what follows fails only for good.
  const int64_t rows = piece.rows != nullptr ? piece.count : take;
  const int64_t expected = wanted_.rows != nullptr ? out->length() + wanted_.count - next_wanted_ : out->length() + end_ - row_;
  const auto* places = decoder_->dictionary();
  if (out->dictionary() != nullptr) {
    if (places == nullptr || *places != out->dictionary()) ARROW_RETURN_NOT_OK(out->Decode(expected, context.pool));
  } else if (places != nullptr && out->length() == 0 && (*places)->size > 0 && (*places)->size <= most_codes) {
    out->Encode(*places);
  }
  ARROW_RETURN_NOT_OK(out->Reserve(out->length() + rows, expected, context.pool));
  if (chunk_->optional) {
    ARROW_RETURN_NOT_OK(Grow(&context.scratch->bits, arrow::bit_util::BytesForBits(std::max(take, pages[index].num_rows)) + 8, context.pool));
    if (piece.rows != nullptr) ARROW_RETURN_NOT_OK(Grow(&context.scratch->values, take * std::max<int64_t>(chunk_->type.width, sizeof(uint32_t)), context.pool));
  }
  ARROW_RETURN_NOT_OK(SkipTo(row_, context.scratch, context.pool));
  if (chunk_->type.is_view && out->dictionary() == nullptr) {
    if (auto text = decoder_->text()) decoder_->set_text_index(out->AddText(text));
  }
  if (chunk_->optional) {
    ARROW_RETURN_NOT_OK(ReadOptional(context, take, piece, row_ - begin_, out));
  } else if (piece.rows != nullptr) {
    ARROW_RETURN_NOT_OK(Gather(take, piece, row_ - begin_, *out));
    out->Advance(piece.count, 0);
  } else {
    ARROW_RETURN_NOT_OK(Decode(take, *out, out->tail()));
    out->Advance(take, 0);
  }
  row_ += take;
  decoder_row_ = row_;
  next_wanted_ = next;
  return Progress::kDone;
}

}  // namespace bowstring::pq
