// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/options.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <bowstring/error.h>

#include "exec/scheduler.h"
#include "session/settings.h"

namespace bowstring {

using arrow::Result;
using arrow::Status;

namespace {

constexpr std::string_view kTargetPartitions = "datafusion.execution.target_partitions";
constexpr std::string_view kBatchSize = "datafusion.execution.batch_size";
constexpr std::string_view kPlanningConcurrency = "datafusion.execution.planning_concurrency";

bool CountsCpus(std::string_view key) { return key == kTargetPartitions || key == kPlanningConcurrency; }

template <typename T>
bool Parses(std::string_view text) {
  T value;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

Status BadValue(std::string_view key, std::string_view value, std::string_view type, std::string_view why) {
  return Error(ErrorKind::kConfig, "Error setting config ", key, "\ncaused by\nError parsing '", value, "' as ", type,
               "\ncaused by\nExternal error: ", why);
}

/// The choices of keys that have a fixed list; empty: any text.
std::vector<std::string_view> Choices(std::string_view key) {
  if (key == "datafusion.sql_parser.dialect") {
    return {"generic", "mysql", "postgresql", "postgres", "hive", "sqlite", "snowflake", "redshift", "mssql", "clickhouse",
            "bigquery", "ansi", "duckdb", "databricks", "spark"};
  }
  if (key == "datafusion.explain.format") return {"indent", "tree", "pgjson", "graphviz"};
  if (key == "datafusion.sql_parser.default_null_ordering") return {"nulls_max", "nulls_min", "nulls_first", "nulls_last"};
  return {};
}

Status CheckValue(const Setting& setting, std::string_view value) {
  switch (setting.type) {
    case SettingType::kBool:
      if (value != "true" && value != "false") {
        return BadValue(setting.key, value, "bool", "provided string was not `true` or `false`");
      }
      break;
    case SettingType::kUnsigned:
      if (!Parses<uint64_t>(value) || (value.size() >= 19 && !Parses<int64_t>(value))) {
        return BadValue(setting.key, value, "usize", "invalid digit found in string");
      }
      if (setting.key == kBatchSize && value.find_first_not_of('0') == std::string_view::npos) {
        return Error(ErrorKind::kConfig, "Error setting config ", setting.key,
                     "\ncaused by\nInvalid or Unsupported Configuration: value must be greater than 0");
      }
      break;
    case SettingType::kSigned:
      if (!Parses<int64_t>(value)) return BadValue(setting.key, value, "i64", "invalid digit found in string");
      break;
    case SettingType::kNumber:
      if (!Parses<double>(value)) return BadValue(setting.key, value, "f64", "invalid float literal");
      break;
    case SettingType::kText:
    case SettingType::kRuntime: break;
  }
  const std::vector<std::string_view> choices = Choices(setting.key);
  if (!choices.empty()) {
    std::string lower(value);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
    if (std::find(choices.begin(), choices.end(), lower) == choices.end()) {
      std::string list;
      for (std::string_view choice : choices) list += (list.empty() ? "" : ", ") + std::string(choice);
      return Error(ErrorKind::kConfig, "Error setting config ", setting.key,
                   "\ncaused by\nInvalid or Unsupported Configuration: invalid value '", value, "'. Expected one of: ", list);
    }
  }
  return Status::OK();
}

Status NoSuchKey(std::string_view key) {
  const std::string_view space = key.substr(0, key.find('.'));
  if (space != "datafusion" && space != "bowstring") {
    if (space == key) return Error(ErrorKind::kConfig, "could not find config namespace for key \"", key, "\"");
    return Error(ErrorKind::kConfig, "Could not find config namespace \"", space, "\"");
  }
  // As the peer: the first part that isn't known.
  std::string_view rest = key.size() > space.size() ? key.substr(space.size() + 1) : std::string_view();
  std::string known(space);
  std::string_view part = rest.substr(0, rest.find('.'));
  const auto is_group = [](const std::string& prefix) {
    const auto settings = AllSettings();
    return std::any_of(settings.begin(), settings.end(), [&](const Setting& s) { return s.key.starts_with(prefix); });
  };
  while (rest.size() > part.size() && is_group(known + "." + std::string(part) + ".")) {
    known += "." + std::string(part);
    rest = rest.substr(part.size() + 1);
    part = rest.substr(0, rest.find('.'));
  }
  // "datafusion.sql_parser": SqlParserOptions.
  std::string group = "_" + (known == space ? "config" : known.substr(known.rfind('.') + 1));
  for (size_t at = group.find('_'); at != std::string::npos; at = group.find('_', at)) {
    group.erase(at, 1);
    group[at] = static_cast<char>(std::toupper(static_cast<unsigned char>(group[at])));
  }
  return Error(ErrorKind::kConfig, "Error setting config ", key, "\ncaused by\nInvalid or Unsupported Configuration: Config value \"",
               part, "\" not found on ", group, "Options");
}

}  // namespace

Status SessionConfig::Set(std::string_view key, std::string_view value) {
  const Setting* setting = FindSetting(key);
  if (setting != nullptr && setting->type == SettingType::kRuntime) {
    return Error(ErrorKind::kConfig, "Error setting config ", key,
                 "\ncaused by\nInvalid or Unsupported Configuration: Config value \"runtime\" not found on ConfigOptions");
  }
  return SetAny(key, value);
}

Status SessionConfig::SetAny(std::string_view key, std::string_view value) {
  const Setting* setting = FindSetting(key);
  if (setting == nullptr) return NoSuchKey(key);
  std::string text(value);
  if (setting->type == SettingType::kBool) std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  ARROW_RETURN_NOT_OK(CheckValue(*setting, text));
  changed_.insert_or_assign(std::string(key), std::move(text));
  return Status::OK();
}

Status SessionConfig::Reset(std::string_view key) {
  if (FindSetting(key) == nullptr) return NoSuchKey(key);
  if (const auto at = changed_.find(key); at != changed_.end()) changed_.erase(at);
  return Status::OK();
}

std::optional<std::string> SessionConfig::Get(std::string_view key) const {
  std::optional<std::string> value;
  if (const auto at = changed_.find(key); at != changed_.end()) {
    value = at->second;
  } else if (const Setting* setting = FindSetting(key); setting != nullptr && setting->value != nullptr) {
    value = setting->value;
  }
  if (value == "0" && CountsCpus(key)) value = std::to_string(exec::Scheduler::UsableCpus());
  return value;
}

bool SessionConfig::Has(std::string_view key) const { return FindSetting(key) != nullptr; }

bool SessionConfig::GetBool(std::string_view key) const { return Get(key) == "true"; }

int64_t SessionConfig::GetInt(std::string_view key) const {
  const std::optional<std::string> text = Get(key);
  int64_t value = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

std::string SessionConfig::GetText(std::string_view key) const { return Get(key).value_or(""); }

std::vector<std::pair<std::string, std::optional<std::string>>> SessionConfig::Entries() const {
  std::vector<std::pair<std::string, std::optional<std::string>>> entries;
  for (const Setting& setting : AllSettings()) entries.emplace_back(setting.key, Get(setting.key));
  return entries;
}

SessionConfig& SessionConfig::WithBatchSize(int64_t rows) {
  changed_["datafusion.execution.batch_size"] = std::to_string(std::max<int64_t>(rows, 0));
  return *this;
}

SessionConfig& SessionConfig::WithTargetPartitions(int64_t partitions) {
  changed_[std::string(kTargetPartitions)] = std::to_string(std::max<int64_t>(partitions, 0));
  return *this;
}

SessionConfig& SessionConfig::WithInformationSchema(bool enabled) {
  changed_["datafusion.catalog.information_schema"] = enabled ? "true" : "false";
  return *this;
}

SessionConfig& SessionConfig::WithDefaultCatalogAndSchema(std::string_view catalog, std::string_view schema) {
  changed_["datafusion.catalog.default_catalog"] = catalog;
  changed_["datafusion.catalog.default_schema"] = schema;
  return *this;
}

SessionConfig& SessionConfig::WithCreateDefaultCatalogAndSchema(bool enabled) {
  changed_["datafusion.catalog.create_default_catalog_and_schema"] = enabled ? "true" : "false";
  return *this;
}

int SessionConfig::target_partitions() const {
  return static_cast<int>(std::clamp<int64_t>(GetInt(kTargetPartitions), 1, 1 << 16));
}

Result<int64_t> ParseCapacity(std::string_view name, std::string_view text) {
  if (text == "unlimited") return -1;
  const auto bad = [&] {
    return Error(ErrorKind::kPlan, "Failed to parse number from '", name, "', limit '", text, "'");
  };
  if (text.empty()) return Error(ErrorKind::kPlan, "Empty limit value found for '", name, "'");
  double unit = 1;
  std::string_view digits = text;
  switch (text.back()) {
    case 'K': case 'k': unit = 1024; break;
    case 'M': case 'm': unit = 1024.0 * 1024; break;
    case 'G': case 'g': unit = 1024.0 * 1024 * 1024; break;
    case 'T': case 't': unit = 1024.0 * 1024 * 1024 * 1024; break;
    default: break;
  }
  if (unit > 1) {
    digits.remove_suffix(1);
  } else if (text != "0" && (text.back() < '0' || text.back() > '9')) {
    return bad();
  }
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value) || value < 0) return bad();
  const double bytes = value * unit;
  if (bytes >= 9.2e18) return bad();
  return static_cast<int64_t>(bytes);
}

RuntimeEnvBuilder& RuntimeEnvBuilder::WithUnboundedMemoryPool() {
  pool_ = Pool::kUnbounded;
  return *this;
}
RuntimeEnvBuilder& RuntimeEnvBuilder::WithGreedyMemoryPool(int64_t bytes) {
  pool_ = Pool::kGreedy;
  memory_limit_ = bytes;
  return *this;
}
RuntimeEnvBuilder& RuntimeEnvBuilder::WithFairSpillPool(int64_t bytes) {
  pool_ = Pool::kFair;
  memory_limit_ = bytes;
  return *this;
}
RuntimeEnvBuilder& RuntimeEnvBuilder::WithDiskManagerDisabled() {
  disk_ = Disk::kDisabled;
  return *this;
}
RuntimeEnvBuilder& RuntimeEnvBuilder::WithDiskManagerOs() {
  disk_ = Disk::kSystem;
  directories_.clear();
  return *this;
}
RuntimeEnvBuilder& RuntimeEnvBuilder::WithDiskManagerSpecified(std::vector<std::string> directories) {
  disk_ = Disk::kDirectories;
  directories_ = std::move(directories);
  return *this;
}
RuntimeEnvBuilder& RuntimeEnvBuilder::WithTempFilePath(std::string path) {
  disk_ = Disk::kDirectories;
  directories_ = {std::move(path)};
  return *this;
}

}  // namespace bowstring
