// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/plan_bytes.h>

#include <bowstring/error.h>

#include "logical/encode.h"
#include "session/file_recipe.h"
#include "session/state.h"

namespace bowstring {

using arrow::Result;

namespace {

// What the bytes begin with; the last byte is the version of what follows.
constexpr std::string_view kExprMagic("BOWEXPR\x02", 8);
constexpr std::string_view kPlanMagic("BOWPLAN\x02", 8);

class ByName final : public FunctionCodec {
 public:
  explicit ByName(std::vector<SessionContext> sessions) : sessions_(std::move(sessions)) {}
  Result<std::optional<std::string>> Encode(const ScalarFunction&) const override { return std::nullopt; }
  Result<std::optional<std::string>> Encode(const AggregateFunction&) const override { return std::nullopt; }
  Result<std::optional<std::string>> Encode(const WindowFunction&) const override { return std::nullopt; }
  Result<std::shared_ptr<const ScalarFunction>> Scalar(const std::string& name, const std::optional<std::string>& payload) const override {
    return Find<ScalarFunction>(name, payload, "scalar", [&](const auto& session) { return session.FindScalarFunction(name); });
  }
  Result<std::shared_ptr<const AggregateFunction>> Aggregate(const std::string& name, const std::optional<std::string>& payload) const override {
    return Find<AggregateFunction>(name, payload, "aggregate", [&](const auto& session) { return session.FindAggregateFunction(name); });
  }
  Result<std::shared_ptr<const WindowFunction>> Window(const std::string& name, const std::optional<std::string>& payload) const override {
    return Find<WindowFunction>(name, payload, "window", [&](const auto& session) { return session.FindWindowFunction(name); });
  }

 private:
  template <typename Function, typename Lookup>
  Result<std::shared_ptr<const Function>> Find(const std::string& name, const std::optional<std::string>& payload, const char* kind,
                                               Lookup lookup) const {
    if (payload) return Error(ErrorKind::kPlan, "function ", name, " travels by value; nobody here can read it");
    for (const auto& session : sessions_) {
      if (auto found = lookup(session)) return found;
    }
    return Error(ErrorKind::kPlan, "no ", kind, " function named '", name, "' in the sessions at hand");
  }

  const std::vector<SessionContext> sessions_;
};

Result<std::string_view> Body(std::string_view bytes, std::string_view magic) {
  if (!bytes.starts_with(magic)) return logical::BadBytes("another beginning was expected");
  return bytes.substr(magic.size());
}

}  // namespace

std::shared_ptr<const FunctionCodec> SessionFunctions(std::vector<SessionContext> sessions) {
  return std::make_shared<ByName>(std::move(sessions));
}

Result<std::string> EncodeExpr(const Expr& expr, const FunctionCodec* codec) {
  logical::Encoder encoder(codec);
  ARROW_RETURN_NOT_OK(encoder.Write(expr));
  return std::string(kExprMagic) + std::move(encoder).Finish();
}

Result<Expr> DecodeExpr(std::string_view bytes, const FunctionCodec& codec) {
  ARROW_ASSIGN_OR_RAISE(const auto body, Body(bytes, kExprMagic));
  logical::Decoder decoder(body, codec);
  ARROW_ASSIGN_OR_RAISE(auto expr, decoder.ReadExpr());
  if (!decoder.at_end()) return logical::BadBytes("something follows");
  return expr;
}

Result<std::string> EncodePlan(const Plan& plan, const FunctionCodec* codec) {
  logical::Encoder encoder(codec);
  ARROW_RETURN_NOT_OK(encoder.Write(*plan.node()));
  return std::string(kPlanMagic) + std::move(encoder).Finish();
}

Result<Plan> DecodePlan(std::string_view bytes, const SessionContext& session, const FunctionCodec& codec) {
  ARROW_ASSIGN_OR_RAISE(const auto body, Body(bytes, kPlanMagic));
  logical::Decoder decoder(body, codec, [&](const FileRecipe& recipe) { return OpenRecipe(recipe, *session.state()); });
  ARROW_ASSIGN_OR_RAISE(auto plan, decoder.ReadPlan());
  if (!decoder.at_end()) return logical::BadBytes("something follows");
  return Plan(std::move(plan));
}

}  // namespace bowstring
