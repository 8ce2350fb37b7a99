// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/result.h>

#include <bowstring/export.h>

namespace bowstring {

/// A session's settings: `datafusion.*` keys as the peer has them (those that mean nothing to this engine are kept and shown), and
/// `bowstring.*` keys. A value; copies are independent. Not thread-safe by itself: a session guards its own.
class BOWSTRING_EXPORT SessionConfig {
 public:
  SessionConfig() = default;

  /// Fails with kConfig, "Error setting config <key> ...", where there is no such key or the value doesn't fit it.
  /// `datafusion.runtime.*` keys are refused: they belong to the runtime (RuntimeEnvBuilder, SQL SET).
  arrow::Status Set(std::string_view key, std::string_view value);
  /// As Set, `datafusion.runtime.*` too: SQL's SET.
  arrow::Status SetAny(std::string_view key, std::string_view value);
  /// Back to the default; kConfig where there is no such key.
  arrow::Status Reset(std::string_view key);

  /// The value as text; none where it is unset or there is no such key.
  std::optional<std::string> Get(std::string_view key) const;
  bool Has(std::string_view key) const;
  bool GetBool(std::string_view key) const;        ///< false where unset
  int64_t GetInt(std::string_view key) const;      ///< 0 where unset
  std::string GetText(std::string_view key) const; ///< empty where unset
  /// All keys with their values (none: unset), by name.
  std::vector<std::pair<std::string, std::optional<std::string>>> Entries() const;

  // The settings that C++ callers use most; each changes this object and answers it.
  SessionConfig& WithBatchSize(int64_t rows);
  SessionConfig& WithTargetPartitions(int64_t partitions);  ///< 0: the number of CPUs
  SessionConfig& WithInformationSchema(bool enabled);
  SessionConfig& WithDefaultCatalogAndSchema(std::string_view catalog, std::string_view schema);
  SessionConfig& WithCreateDefaultCatalogAndSchema(bool enabled);

  int64_t batch_size() const { return GetInt("datafusion.execution.batch_size"); }
  int target_partitions() const;  ///< never 0
  bool information_schema() const { return GetBool("datafusion.catalog.information_schema"); }
  bool normalize_identifiers() const { return GetBool("datafusion.sql_parser.enable_ident_normalization"); }
  std::string default_catalog() const { return GetText("datafusion.catalog.default_catalog"); }
  std::string default_schema() const { return GetText("datafusion.catalog.default_schema"); }

 private:
  std::map<std::string, std::string, std::less<>> changed_;  // what differs from the defaults
};

/// "1.5G", "512M", "100K", "unlimited" as bytes (-1: unlimited). kPlan "Failed to parse number from '<name>', limit '<text>'".
BOWSTRING_EXPORT arrow::Result<int64_t> ParseCapacity(std::string_view name, std::string_view text);

/// What a session's queries may use. Methods change the object and answer it.
class BOWSTRING_EXPORT RuntimeEnvBuilder {
 public:
  enum class Pool : uint8_t { kDefault, kUnbounded, kGreedy, kFair };
  enum class Disk : uint8_t { kSystem, kDirectories, kDisabled };

  RuntimeEnvBuilder& WithUnboundedMemoryPool();
  RuntimeEnvBuilder& WithGreedyMemoryPool(int64_t bytes);
  RuntimeEnvBuilder& WithFairSpillPool(int64_t bytes);
  RuntimeEnvBuilder& WithDiskManagerDisabled();
  RuntimeEnvBuilder& WithDiskManagerOs();
  RuntimeEnvBuilder& WithDiskManagerSpecified(std::vector<std::string> directories);
  RuntimeEnvBuilder& WithTempFilePath(std::string path);

  Pool pool() const { return pool_; }
  int64_t memory_limit() const { return memory_limit_; }  ///< of kGreedy and kFair
  Disk disk() const { return disk_; }
  const std::vector<std::string>& directories() const { return directories_; }

 private:
  Pool pool_ = Pool::kDefault;
  int64_t memory_limit_ = -1;
  Disk disk_ = Disk::kSystem;
  std::vector<std::string> directories_;
};

/// What SQL text may do, besides queries.
struct SQLOptions {
  bool allow_ddl = true, allow_dml = true, allow_statements = true;
};

}  // namespace bowstring
