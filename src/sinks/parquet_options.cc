// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "sinks/parquet_options.h"

#include <charconv>

#include <arrow/util/compression.h>
#include <parquet/exception.h>

#include <bowstring/error.h>
#include <bowstring/version.h>

#include "sinks/option_value.h"

namespace bowstring {
namespace {

using arrow::Compression;
using arrow::Result;
using arrow::Status;
using Builder = ::parquet::WriterProperties::Builder;
using ::parquet::Encoding;

constexpr char kCodecs[] = "uncompressed, snappy, gzip(level), brotli(level), lz4, zstd(level), and lz4_raw.";

struct Codec {
  Compression::type type = Compression::UNCOMPRESSED;
  std::optional<int> level;
};

Result<Codec> ParseCodec(const std::string& text) {
  const std::string word = LowerCase(text);
  const size_t open = word.find('(');
  const std::string name = word.substr(0, open);
  Codec codec;
  int least = 0, most = -1;  // of levels
  if (name == "uncompressed") {
    codec.type = Compression::UNCOMPRESSED;
  } else if (name == "snappy") {
    codec.type = Compression::SNAPPY;
  } else if (name == "lz4" || name == "lz4_raw") {
    codec.type = Compression::LZ4;  // Parquet's LZ4_RAW; the frames of the old LZ4 are read by few
  } else if (name == "gzip") {
    codec.type = Compression::GZIP;
    most = 9;
  } else if (name == "brotli") {
    codec.type = Compression::BROTLI;
    most = 11;
  } else if (name == "zstd") {
    codec.type = Compression::ZSTD;
    least = 1;
    most = 22;
  } else {
    return Error(ErrorKind::kConfig, "Unknown or unsupported parquet compression: ", text, ". Valid values are: ", kCodecs);
  }
  if (open == std::string::npos) {
    if (most >= 0) {
      return Error(ErrorKind::kConfig, name, " compression requires specifying a level such as ", name, name == "zstd" ? "(4)" : name == "gzip" ? "(6)" : "(1)");
    }
    return codec;
  }
  if (most < 0) return Error(ErrorKind::kConfig, "Compression ", name, " does not support specifying a level");
  int level = 0;
  const char* begin = word.data() + open + 1;
  const char* end = word.data() + word.size() - 1;
  const auto [stop, error] = std::from_chars(begin, end, level);
  if (word.back() != ')' || error != std::errc() || stop != end) {
    return Error(ErrorKind::kConfig, "Unknown or unsupported parquet compression: ", text, ". Valid values are: ", kCodecs);
  }
  if (level < least || level > most) return Error(ErrorKind::kExecution, "Parquet error: valid compression range ", least, "..=", most, " exceeded.");
  if (name == "gzip" && level == 0) level = 1;  // zlib's 0 stores; Arrow has 1 as the least
  codec.level = level;
  if (!arrow::util::Codec::IsAvailable(codec.type)) return Error(ErrorKind::kNotImplemented, "this build has no codec ", name);
  return codec;
}

// None: the dictionary's fallback stays what the writer takes by itself.
Result<std::optional<Encoding::type>> ParseEncoding(const std::string& text) {
  const std::string name = LowerCase(text);
  if (name == "plain") return Encoding::PLAIN;
  if (name == "plain_dictionary" || name == "rle_dictionary") {
    return Error(ErrorKind::kConfig, "Dictionary encoding can not be used as fallback encoding");
  }
  if (name == "rle") return Encoding::RLE;
  if (name == "bit_packed") return Error(ErrorKind::kNotImplemented, "Encoding BIT_PACKED is not supported");
  if (name == "delta_binary_packed") return Encoding::DELTA_BINARY_PACKED;
  if (name == "delta_length_byte_array") return Encoding::DELTA_LENGTH_BYTE_ARRAY;
  if (name == "delta_byte_array") return Encoding::DELTA_BYTE_ARRAY;
  if (name == "byte_stream_split") return Encoding::BYTE_STREAM_SPLIT;
  return Error(ErrorKind::kConfig, "Unknown or unsupported parquet encoding: ", text,
               ". Valid values are: plain, plain_dictionary, rle, bit_packed, delta_binary_packed, delta_length_byte_array, delta_byte_array, "
               "rle_dictionary, and byte_stream_split.");
}

// Whether a leaf of this physical type can be encoded so.
bool Encodes(::parquet::Type::type type, Encoding::type encoding) {
  using ::parquet::Type;
  switch (encoding) {
    case Encoding::PLAIN: return true;
    case Encoding::RLE: return type == Type::BOOLEAN;
    case Encoding::DELTA_BINARY_PACKED: return type == Type::INT32 || type == Type::INT64;
    case Encoding::DELTA_LENGTH_BYTE_ARRAY: return type == Type::BYTE_ARRAY;
    case Encoding::DELTA_BYTE_ARRAY: return type == Type::BYTE_ARRAY || type == Type::FIXED_LEN_BYTE_ARRAY;
    case Encoding::BYTE_STREAM_SPLIT:
      return type == Type::INT32 || type == Type::INT64 || type == Type::FLOAT || type == Type::DOUBLE || type == Type::FIXED_LEN_BYTE_ARRAY;
    default: return false;
  }
}

Status SetColumn(const std::string& key, const std::string& value, ParquetColumn* column) {
  if (key == "compression") {
    ARROW_RETURN_NOT_OK(ParseCodec(value).status());
    column->compression = value;
  } else if (key == "encoding") {
    ARROW_RETURN_NOT_OK(ParseEncoding(value).status());
    column->encoding = value;
  } else if (key == "dictionary_enabled") {
    ARROW_ASSIGN_OR_RAISE(column->dictionary, BoolOption(key, value));
  } else if (key == "statistics_enabled") {
    const std::string word = LowerCase(value);
    if (word != "none" && word != "chunk" && word != "page") {
      return Error(ErrorKind::kConfig, "Unknown or unsupported parquet statistics setting ", value, " valid options are none, page, and chunk");
    }
    column->statistics = word;
  } else if (key == "bloom_filter_fpp") {
    ARROW_ASSIGN_OR_RAISE(column->bloom_filter_fpp, DoubleOption(key, value));
    if (!(*column->bloom_filter_fpp > 0 && *column->bloom_filter_fpp < 1)) {
      return Error(ErrorKind::kConfig, "the option bloom_filter_fpp must be between 0 and 1, not ", value);
    }
  } else if (key == "bloom_filter_ndv") {
    ARROW_ASSIGN_OR_RAISE(column->bloom_filter_ndv, IntOption(key, value, 0, int64_t{1} << 40));
    column->bloom_filter_ndv = std::max<int64_t>(*column->bloom_filter_ndv, 1);
  } else if (key == "bloom_filter_enabled" || key == "bloom_filter_on_write") {
    ARROW_ASSIGN_OR_RAISE(column->bloom_filter, BoolOption(key, value));
  } else {
    return UnknownOption(key, "ParquetOptions");
  }
  return Status::OK();
}

}  // namespace

Result<ParquetOptions> ParquetOptions::From(const FormatOptions& options) {
  ParquetOptions out;
  out.created_by = "bowstring version " BOWSTRING_VERSION;
  constexpr int64_t kMost = int64_t{1} << 40;
  for (const auto& [key, value] : options) {
    if (const size_t colons = key.find("::"); colons != std::string::npos) {
      const std::string name = key.substr(0, colons), column = key.substr(colons + 2);
      if (name == "metadata") {
        out.metadata[column] = value;
      } else {
        ARROW_RETURN_NOT_OK(SetColumn(name, value, &out.columns[column]));
      }
    } else if (key == "data_pagesize_limit") {
      ARROW_ASSIGN_OR_RAISE(out.page_bytes, IntOption(key, value, 0, int64_t{1} << 30));
      out.page_bytes = std::max<int64_t>(out.page_bytes, 1);
    } else if (key == "data_page_row_count_limit") {
      ARROW_ASSIGN_OR_RAISE(out.page_rows, IntOption(key, value, 0, kMost));
      out.page_rows = std::max<int64_t>(out.page_rows, 1);
    } else if (key == "write_batch_size") {
      ARROW_ASSIGN_OR_RAISE(out.write_batch_rows, IntOption(key, value, 0, kMost));
      out.write_batch_rows = std::max<int64_t>(out.write_batch_rows, 1);
    } else if (key == "dictionary_page_size_limit") {
      ARROW_ASSIGN_OR_RAISE(out.dictionary_page_bytes, IntOption(key, value, 0, int64_t{1} << 30));
      out.dictionary_page_bytes = std::max<int64_t>(out.dictionary_page_bytes, 1);
    } else if (key == "max_row_group_size") {
      if (value == "0") return Error(ErrorKind::kConfig, "Cannot have a 0 max row group row count");
      ARROW_ASSIGN_OR_RAISE(out.row_group_rows, IntOption(key, value, 1, kMost));
    } else if (key == "writer_version") {
      if (value != "1.0" && value != "2.0") {
        return Error(ErrorKind::kConfig, "Invalid parquet writer version: ", value, ". Expected one of: 1.0, 2.0");
      }
      out.version_2 = value == "2.0";
    } else if (key == "skip_arrow_metadata") {
      ARROW_ASSIGN_OR_RAISE(const bool skip, BoolOption(key, value));
      out.arrow_schema = !skip;
    } else if (key == "created_by") {
      out.created_by = value;
    } else if (key == "statistics_truncate_length") {
      ARROW_ASSIGN_OR_RAISE(out.statistics_bytes, IntOption(key, value, 1, kMost));
    } else if (key != "column_index_truncate_length" && key != "allow_single_file_parallelism" &&
               key != "maximum_parallel_row_group_writers" && key != "maximum_buffered_record_batches_per_stream") {
      // Those last ones steer the peer's writer; here memory and the number of workers decide, and pages' bounds are whole.
      ARROW_RETURN_NOT_OK(SetColumn(key, value, &out.all));
    }
  }
  return out;
}

Result<std::shared_ptr<::parquet::WriterProperties>> ParquetOptions::Properties(const ::parquet::SchemaDescriptor& schema, arrow::MemoryPool* pool) const {
  Builder builder;
  // Nanoseconds and unsigned integers stay what they are only in version 2.6 of the format.
  builder.memory_pool(pool)->version(::parquet::ParquetVersion::PARQUET_2_6)->created_by(created_by);
  builder.enable_store_decimal_as_integer();  // up to 18 digits: half the bytes, and read without a byte turned
  builder.data_page_version(version_2 ? ::parquet::ParquetDataPageVersion::V2 : ::parquet::ParquetDataPageVersion::V1);
  builder.data_pagesize(page_bytes)->max_rows_per_page(page_rows)->write_batch_size(write_batch_rows);
  builder.dictionary_pagesize_limit(dictionary_page_bytes)->max_row_group_length(row_group_rows);
  for (int c = 0; c < schema.num_columns(); ++c) {
    const ::parquet::ColumnDescriptor& leaf = *schema.Column(c);
    const std::string path = leaf.path()->ToDotString();
    ParquetColumn column = all;
    for (const auto& [name, own] : columns) {
      if (path != name && path.rfind(name + ".", 0) != 0) continue;
      if (own.compression) column.compression = own.compression;
      if (own.encoding) column.encoding = own.encoding;
      if (own.statistics) column.statistics = own.statistics;
      if (own.dictionary) column.dictionary = own.dictionary;
      if (own.bloom_filter) column.bloom_filter = own.bloom_filter;
      if (own.bloom_filter_fpp) column.bloom_filter_fpp = own.bloom_filter_fpp;
      if (own.bloom_filter_ndv) column.bloom_filter_ndv = own.bloom_filter_ndv;
    }
    ARROW_ASSIGN_OR_RAISE(const Codec codec, ParseCodec(*column.compression));
    builder.compression(path, codec.type);
    if (codec.level) builder.compression_level(path, *codec.level);
    *column.dictionary ? builder.enable_dictionary(path) : builder.disable_dictionary(path);
    if (column.encoding) {
      ARROW_ASSIGN_OR_RAISE(const auto encoding, ParseEncoding(*column.encoding));
      if (!Encodes(leaf.physical_type(), *encoding)) {
        return Error(ErrorKind::kNotImplemented, "column ", path, " of type ", ::parquet::TypeToString(leaf.physical_type()),
                     " can't have the encoding ", *column.encoding);
      }
      builder.encoding(path, *encoding);
    }
    if (*column.statistics == "none") builder.disable_statistics(path);
    *column.statistics == "page" ? builder.enable_write_page_index(path) : builder.disable_write_page_index(path);
    if (*column.bloom_filter && leaf.physical_type() != ::parquet::Type::BOOLEAN) {
      ::parquet::BloomFilterOptions bloom;
      bloom.ndv = column.bloom_filter_ndv;
      bloom.fpp = column.bloom_filter_fpp.value_or(0.05);
      builder.enable_bloom_filter(path, bloom);
    }
  }
  try {
    return builder.build();
  } catch (const std::exception& e) {
    return Error(ErrorKind::kConfig, "Parquet error: ", e.what());
  }
}

}  // namespace bowstring
