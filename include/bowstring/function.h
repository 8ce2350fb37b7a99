// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <arrow/result.h>
#include <arrow/compute/type_fwd.h>
#include <arrow/type_fwd.h>

#include <bowstring/export.h>
#include <bowstring/expr.h>

namespace bowstring {

class TaskContext;

/// How far a function's result follows from its arguments: always; within one query; not at all.
enum class Volatility : uint8_t { kImmutable, kStable, kVolatile };

/// What a function's documentation shows; also printed by SHOW FUNCTIONS and the reference pages.
struct FunctionDoc {
  std::string family;       ///< "math", "string", ...
  std::string description;  ///< one or two sentences
  std::string syntax;       ///< "substr(str, start[, length])"
  std::string example;      ///< SQL with its answer; may be empty
};

/// Facts of the query that kernels may need: the pool, the query's start, its time zone, cancel.
struct KernelContext {
  TaskContext* task = nullptr;                  ///< null while constants are folded
  arrow::compute::ExecContext* exec = nullptr;  ///< never null; without threads
  int64_t query_start_ns = 0;                   ///< now(): one value a query, ns since 1970 UTC
  std::string time_zone;                        ///< empty: none
};

/// One argument, as known while planning.
struct ArgumentInfo {
  std::shared_ptr<arrow::Field> field;     ///< type, nullability, metadata
  std::shared_ptr<arrow::Scalar> literal;  ///< value where it is a constant, else null
};

/// Arguments come as arrays of `rows` values or as scalars (constants); the answer is an array of `rows` values, or a scalar when all
/// arguments are. Called from any worker, at once: immutable. On OutOfMemory nothing has changed.
using Kernel = std::function<arrow::Result<arrow::Datum>(KernelContext&, const std::vector<arrow::Datum>& arguments, int64_t rows)>;

/// A call with its types settled.
struct ResolvedCall {
  std::vector<std::shared_ptr<arrow::DataType>> argument_types;  ///< each argument is cast to this before the kernel sees it
  std::shared_ptr<arrow::Field> result;                          ///< type, nullability, metadata; the name is not used
  Kernel kernel;
  bool fallible = false;  ///< may fail on values: then it isn't moved before its guards
};

/// A scalar function of the registry, built-in or user's. Immutable and thread-safe.
class BOWSTRING_EXPORT ScalarFunction {
 public:
  virtual ~ScalarFunction() = default;
  virtual const std::string& name() const = 0;
  virtual std::vector<std::string> aliases() const { return {}; }
  virtual Volatility volatility() const { return Volatility::kImmutable; }
  virtual const FunctionDoc& doc() const = 0;
  /// Types in, types out. Fails with kPlan: "... failed to match any signature" and the candidates.
  virtual arrow::Result<ResolvedCall> Resolve(const std::vector<ArgumentInfo>& arguments) const = 0;
  /// True where the answer is the first argument that isn't NULL (coalesce): the evaluator then asks for each argument only on the
  /// rows that still need it, and doesn't call the kernel.
  virtual bool short_circuits() const { return false; }
  /// An expression that means the same, where the call is a shorthand: binding puts it in the call's place (nvl2 is a CASE).
  virtual std::optional<Expr> Expand(const std::vector<Expr>&) const { return std::nullopt; }
  /// The name of a call, where it isn't "f(a,b)": "t.l[Int64(1)]".
  virtual std::optional<std::string> CallName(const std::vector<Expr>&) const { return std::nullopt; }
};

/// What a window function computes, once its types are settled: window_function.h.
class WindowKernel;

struct ResolvedWindow {
  std::vector<std::shared_ptr<arrow::DataType>> argument_types;
  std::shared_ptr<arrow::Field> result;
  std::shared_ptr<const WindowKernel> kernel;
};

/// A function that only makes sense over a window: row_number, lag, ... Immutable and thread-safe.
class BOWSTRING_EXPORT WindowFunction {
 public:
  virtual ~WindowFunction() = default;
  virtual const std::string& name() const = 0;
  virtual std::vector<std::string> aliases() const { return {}; }
  virtual const FunctionDoc& doc() const = 0;
  virtual arrow::Result<ResolvedWindow> Resolve(const std::vector<ArgumentInfo>& arguments) const = 0;
};

}  // namespace bowstring

#include <bowstring/aggregate_function.h>
