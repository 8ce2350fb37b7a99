// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/error.h>

#include <string>
#include <string_view>

namespace bowstring {
namespace {

constexpr char kTypeId[] = "bowstring::ErrorDetail";

struct KindFacts {
  arrow::StatusCode code;
  std::string_view name;
  std::string_view prefix;
};

KindFacts FactsOf(ErrorKind kind) {
  using Code = arrow::StatusCode;
  switch (kind) {
    case ErrorKind::kUnknown:
      return {Code::UnknownError, "Unknown", "Arrow error: "};
    case ErrorKind::kSql:
      return {Code::Invalid, "Sql", "SQL error: "};
    case ErrorKind::kPlan:
      return {Code::Invalid, "Plan", "Error during planning: "};
    case ErrorKind::kSchema:
      return {Code::Invalid, "Schema", "Schema error: "};
    case ErrorKind::kNotImplemented:
      return {Code::NotImplemented, "NotImplemented", "This feature is not implemented: "};
    case ErrorKind::kConfig:
      return {Code::Invalid, "Config", "Invalid or Unsupported Configuration: "};
    case ErrorKind::kExecution:
      return {Code::ExecutionError, "Execution", "Execution error: "};
    case ErrorKind::kIo:
      return {Code::IOError, "Io", "IO error: "};
    case ErrorKind::kBudgetExceeded:
      return {Code::OutOfMemory, "BudgetExceeded", "Resources exhausted: "};
    case ErrorKind::kCancelled:
      return {Code::Cancelled, "Cancelled", "Cancelled: "};
    case ErrorKind::kInterrupted:
      return {Code::Cancelled, "Interrupted", "Interrupted: "};
    case ErrorKind::kTimeout:
      return {Code::Cancelled, "Timeout", "Timeout: "};
    case ErrorKind::kConsumer:
      return {Code::Invalid, "Consumer", "Stream error: "};
    case ErrorKind::kInternal:
      return {Code::UnknownError, "Internal", "Internal error: "};
  }
  return {Code::UnknownError, "Unknown", ""};
}

}  // namespace

std::string_view ErrorPrefix(ErrorKind kind) { return FactsOf(kind).prefix; }

const char* ErrorDetail::type_id() const { return kTypeId; }

std::string ErrorDetail::ToString() const { return std::string(FactsOf(kind_).name); }

ErrorKind KindOf(const arrow::Status& status) {
  if (const auto& detail = status.detail(); detail && std::string_view(detail->type_id()) == kTypeId) {
    return static_cast<const ErrorDetail&>(*detail).kind();
  }
  switch (status.code()) {
    case arrow::StatusCode::OutOfMemory:
      return ErrorKind::kBudgetExceeded;
    case arrow::StatusCode::Cancelled:
      return ErrorKind::kCancelled;
    default:
      return ErrorKind::kUnknown;
  }
}

arrow::Status MakeError(ErrorKind kind, std::string message) {
  return arrow::Status(FactsOf(kind).code, std::move(message), std::make_shared<ErrorDetail>(kind));
}

std::string ErrorText(const arrow::Status& status) {
  // A message that goes on to what caused it has that one's prefix inside.
  if (status.message().find("\ncaused by\n") != std::string::npos) return status.message();
  return std::string(ErrorPrefix(KindOf(status))) + status.message();
}

}  // namespace bowstring
