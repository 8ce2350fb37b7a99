// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sources/parquet/page_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <arrow/util/crc32.h>

#include <bowstring/error.h>

#include "sources/parquet/rle.h"
#include "sources/parquet/snappy.h"

namespace bowstring::pq {
namespace {

constexpr int64_t kPlausible = 64 << 20;  // damaged sizes up to this may be allocated before the damage is seen

arrow::Status Damaged(const char* what) { return Error(ErrorKind::kExecution, what); }

// A range of the file: `*data` points to it until the next read, or as long as `*hold` is kept.
arrow::Result<Progress> ReadBytes(ReadContext& context, int64_t offset, int64_t size, const uint8_t** data, std::shared_ptr<arrow::Buffer>* hold) {
  bool pending = false;
  ARROW_ASSIGN_OR_RAISE(*hold, context.reads->Take(offset, size, &pending));
  if (pending) return Progress::kPending;
  if (*hold != nullptr) {
    *data = (*hold)->data();
    return Progress::kDone;
  }
  ARROW_RETURN_NOT_OK(Grow(&context.scratch->compressed, size, context.pool));
  uint8_t* out = context.scratch->compressed->mutable_data();
  ARROW_ASSIGN_OR_RAISE(bool cached, context.group->ReadIfCached(offset, size, out));
  if (cached) {
    *data = out;
    return Progress::kDone;
  }
  ARROW_RETURN_NOT_OK(context.reads->Start(context.group->file, offset, size, context.ahead ? context.ahead() : std::vector<PendingReads::Range>(), context.pool));
  context.ahead = nullptr;
  return Progress::kPending;
}

arrow::Status CheckSizes(const ReadContext& context, const ColumnChunk& chunk, const PageHeader& header, int64_t there) {
  if (header.compressed_size > there) return Damaged("a page's data goes on behind the page");
  if (header.uncompressed_size > context.group->limits.max_page_bytes) {
    return Error(ErrorKind::kExecution, "a page of ", header.uncompressed_size, " bytes is above max_page_bytes (", context.group->limits.max_page_bytes, ")");
  }
  if (header.uncompressed_size > std::max(chunk.uncompressed_size, kPlausible)) {
    return Error(ErrorKind::kExecution, "a page of ", header.uncompressed_size, " bytes in a column chunk of ", chunk.uncompressed_size);
  }
  return arrow::Status::OK();
}

arrow::Status CheckSum(const ReadContext& context, const PageHeader& header, const uint8_t* data) {
  if (!context.group->limits.verify_checksums || !header.has_crc) return arrow::Status::OK();
  uint32_t sum = arrow::internal::crc32(0, data, static_cast<size_t>(header.compressed_size));
  if (sum != header.crc) return Damaged("a page's checksum is wrong");
  return arrow::Status::OK();
}

arrow::Status Decompress(Scratch* scratch, ::arrow::Compression::type type, const uint8_t* in, int64_t in_size, uint8_t* out, int64_t out_size) {
  if (type == ::arrow::Compression::UNCOMPRESSED) {
    if (in_size != out_size) return Damaged("an uncompressed page of two sizes");
    std::memcpy(out, in, static_cast<size_t>(in_size));
    return arrow::Status::OK();
  }
  if (type == ::arrow::Compression::SNAPPY) {
    if (!SnappyDecompress(in, in_size, out, out_size)) return Damaged("a page can't be decompressed: corrupt Snappy data");
    return arrow::Status::OK();
  }
  if (scratch->codec == nullptr || scratch->codec_type != type) {
    ARROW_ASSIGN_OR_RAISE(scratch->codec, arrow::util::Codec::Create(type));
    scratch->codec_type = type;
  }
  auto size = scratch->codec->Decompress(in_size, in, out_size, out);
  if (!size.ok()) return Error(ErrorKind::kExecution, "a page can't be decompressed: ", size.status().message());
  if (*size != out_size) return Error(ErrorKind::kExecution, "a page has ", *size, " bytes where its header says ", out_size);
  return arrow::Status::OK();
}

arrow::Result<std::shared_ptr<arrow::Buffer>> AllocatePage(int64_t size, arrow::MemoryPool* pool) {
  ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateBuffer(size + kPagePadding, pool));
  std::memset(buffer->mutable_data() + size, 0, kPagePadding);
  return buffer;
}

// Where levels and values lie in a page that has been decompressed.
arrow::Status Locate(const ColumnChunk& chunk, DataPage* page) {
  const PageHeader& header = page->header;
  const int64_t size = header.uncompressed_size;
  if (header.kind == PageKind::kDataV2) {
    page->levels_begin = header.rep_bytes;
    page->levels_size = chunk.optional ? header.def_bytes : 0;
    page->values_begin = int64_t{header.rep_bytes} + header.def_bytes;
  } else if (!chunk.optional) {
    page->values_begin = 0;
  } else if (header.level_encoding == static_cast<int32_t>(::parquet::Encoding::BIT_PACKED)) {
    page->levels_are_bits = true;
    page->levels_size = (int64_t{header.num_values} + 7) / 8;
    page->values_begin = page->levels_size;
  } else if (header.level_encoding == static_cast<int32_t>(::parquet::Encoding::RLE)) {
    uint32_t levels;
    if (size < 4) return Damaged("a page ends inside its definition levels");
    std::memcpy(&levels, page->buffer->data(), 4);
    page->levels_begin = 4;
    page->levels_size = levels;
    page->values_begin = int64_t{levels} + 4;
  } else {
    return Damaged("definition levels in an encoding that isn't known");
  }
  if (page->values_begin > size) return Damaged("a page ends inside its definition levels");
  page->values_size = size - page->values_begin;
  return arrow::Status::OK();
}

}  // namespace

arrow::Result<Progress> ReadDataPage(ReadContext& context, const ColumnChunk& chunk, const PageEntry& entry, std::shared_ptr<const DataPage>* out) {
  const uint8_t* data = nullptr;
  std::shared_ptr<arrow::Buffer> hold;
  ARROW_ASSIGN_OR_RAISE(Progress progress, ReadBytes(context, entry.offset, entry.size, &data, &hold));
  if (progress != Progress::kDone) return progress;

  auto page = std::make_shared<DataPage>();
  PageHeader& header = page->header;
  int64_t head = 0;
  if (ParsePageHeader(data, entry.size, &header, &head) != HeaderOutcome::kOk) return Damaged("a page's header is damaged");
  if (header.kind != PageKind::kData && header.kind != PageKind::kDataV2) return Damaged("no data page where one should be");
  if (header.num_values != entry.num_rows) {
    return Error(ErrorKind::kExecution, "a page has ", header.num_values, " values where ", entry.num_rows, " are expected");
  }
  ARROW_RETURN_NOT_OK(CheckSizes(context, chunk, header, entry.size - head));
  data += head;
  ARROW_RETURN_NOT_OK(CheckSum(context, header, data));

  ARROW_ASSIGN_OR_RAISE(page->buffer, AllocatePage(header.uncompressed_size, context.pool));
  int64_t plain = 0;  // bytes of a v2 page that are never compressed
  auto codec = chunk.codec;
  if (header.kind == PageKind::kDataV2) {
    plain = int64_t{header.rep_bytes} + header.def_bytes;
    if (plain > header.compressed_size || plain > header.uncompressed_size) return Damaged("a page ends inside its levels");
    if (!header.is_compressed) codec = ::arrow::Compression::UNCOMPRESSED;
    std::memcpy(page->buffer->mutable_data(), data, static_cast<size_t>(plain));
  }
  // A page of NULLs alone may have nothing to decompress.
  if (header.compressed_size > plain || header.uncompressed_size > plain) {
    ARROW_RETURN_NOT_OK(Decompress(context.scratch, codec, data + plain, header.compressed_size - plain, page->buffer->mutable_data() + plain,
                                   header.uncompressed_size - plain));
  }
  ARROW_RETURN_NOT_OK(Locate(chunk, page.get()));
  *out = std::move(page);
  return Progress::kDone;
}

namespace {

arrow::Result<Progress> MakeDictionary(ReadContext& context, ColumnChunk& chunk, std::shared_ptr<const Dictionary>* out) {
  const uint8_t* data = nullptr;
  std::shared_ptr<arrow::Buffer> hold;
  ARROW_ASSIGN_OR_RAISE(Progress progress, ReadBytes(context, chunk.dictionary_offset, chunk.dictionary_size, &data, &hold));
  if (progress != Progress::kDone) return progress;
  PageHeader header;
  int64_t head = 0;
  if (ParsePageHeader(data, chunk.dictionary_size, &header, &head) != HeaderOutcome::kOk) return Damaged("the dictionary page's header is damaged");
  if (header.kind != PageKind::kDictionary) return Damaged("no dictionary page where one should be");
  if (header.encoding != static_cast<int32_t>(::parquet::Encoding::PLAIN) &&
      header.encoding != static_cast<int32_t>(::parquet::Encoding::PLAIN_DICTIONARY)) {
    return Damaged("a dictionary page that isn't PLAIN");
  }
  ARROW_RETURN_NOT_OK(CheckSizes(context, chunk, header, chunk.dictionary_size - head));
  ARROW_RETURN_NOT_OK(CheckSum(context, header, data + head));
  ARROW_ASSIGN_OR_RAISE(auto page, AllocatePage(header.uncompressed_size, context.pool));
  if (header.uncompressed_size > 0 || header.compressed_size > 0) {
    ARROW_RETURN_NOT_OK(Decompress(context.scratch, chunk.codec, data + head, header.compressed_size, page->mutable_data(), header.uncompressed_size));
  }
  ARROW_ASSIGN_OR_RAISE(*out, DecodeDictionary(chunk.type, {page, page->data(), header.uncompressed_size, header.num_values}, context.pool));
  return Progress::kDone;
}

}  // namespace

arrow::Result<Progress> ReadDictionary(ReadContext& context, ColumnChunk& chunk, std::shared_ptr<const Dictionary>* out) {
  if (chunk.dictionary_offset < 0) return Damaged("dictionary indices without a dictionary page");
  switch (chunk.dictionary.TryClaim(out)) {
    case SharedSlot<const Dictionary>::Claim::kReady: return Progress::kDone;
    case SharedSlot<const Dictionary>::Claim::kBusy: return Progress::kBusy;
    case SharedSlot<const Dictionary>::Claim::kMine: break;
  }
  ClaimGuard<const Dictionary> claim(&chunk.dictionary);
  auto progress = MakeDictionary(context, chunk, out);
  if (progress.ok() && *progress == Progress::kDone) claim.Publish(*out);
  return progress;
}

}  // namespace bowstring::pq
