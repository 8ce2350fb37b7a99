// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arrow/result.h>
#include <arrow/type_fwd.h>

#include <bowstring/export.h>
#include <bowstring/expr.h>
#include <bowstring/function.h>
#include <bowstring/plan.h>
#include <bowstring/session.h>

namespace bowstring {

/// How functions travel in the bytes of expressions and plans: by name, with a payload where the writer gives one. Called on the thread that
/// encodes or decodes.
class BOWSTRING_EXPORT FunctionCodec {
 public:
  virtual ~FunctionCodec() = default;
  /// None: by name alone.
  virtual arrow::Result<std::optional<std::string>> Encode(const ScalarFunction& function) const = 0;
  virtual arrow::Result<std::optional<std::string>> Encode(const AggregateFunction& function) const = 0;
  virtual arrow::Result<std::optional<std::string>> Encode(const WindowFunction& function) const = 0;
  /// `payload`: what Encode gave. Fails where there is no such function.
  virtual arrow::Result<std::shared_ptr<const ScalarFunction>> Scalar(const std::string& name,
                                                                      const std::optional<std::string>& payload) const = 0;
  virtual arrow::Result<std::shared_ptr<const AggregateFunction>> Aggregate(const std::string& name,
                                                                            const std::optional<std::string>& payload) const = 0;
  virtual arrow::Result<std::shared_ptr<const WindowFunction>> Window(const std::string& name,
                                                                      const std::optional<std::string>& payload) const = 0;
};

/// Functions by name alone, found in these sessions, the first that has one.
BOWSTRING_EXPORT std::shared_ptr<const FunctionCodec> SessionFunctions(std::vector<SessionContext> sessions);

/// An expression as bytes, the same in every process and on every machine of this version. No codec: functions by name.
BOWSTRING_EXPORT arrow::Result<std::string> EncodeExpr(const Expr& expr, const FunctionCodec* codec = nullptr);
/// kExecution where the bytes are no expression. Never trusts them.
BOWSTRING_EXPORT arrow::Result<Expr> DecodeExpr(std::string_view bytes, const FunctionCodec& codec);

/// A logical plan as bytes. Tables must be files (FileTable); kNotImplemented for those in memory, which names them.
BOWSTRING_EXPORT arrow::Result<std::string> EncodePlan(const Plan& plan, const FunctionCodec* codec = nullptr);
/// The plan again, its files opened by the session.
BOWSTRING_EXPORT arrow::Result<Plan> DecodePlan(std::string_view bytes, const SessionContext& session, const FunctionCodec& codec);

}  // namespace bowstring
