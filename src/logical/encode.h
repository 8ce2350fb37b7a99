// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <arrow/result.h>

#include <bowstring/file_table.h>
#include <bowstring/plan_bytes.h>

#include "logical/byte_stream.h"
#include "logical/plan.h"

namespace bowstring::logical {

/// Writes expressions and plans. One thread.
class Encoder {
 public:
  explicit Encoder(const FunctionCodec* codec) : codec_(codec) {}
  arrow::Status Write(const Expr& expr);
  arrow::Status Write(const LogicalPlan& plan);
  std::string Finish() && { return std::move(out_).Finish(); }

 private:
  template <typename Function>
  arrow::Status WriteFunction(const Function& function);
  arrow::Status WriteData(const ExprNode& node);
  arrow::Status WriteNode(const LogicalPlan& plan);
  arrow::Status WriteScan(const LogicalPlan& plan);
  arrow::Status WriteExprs(const std::vector<Expr>& exprs);
  arrow::Status WriteKeys(const std::vector<SortKey>& keys);
  arrow::Status WriteOptional(const std::optional<Expr>& expr);
  arrow::Status WriteFrame(const WindowFrame& frame);
  arrow::Status WriteSchema(const Schema& schema);
  void WriteName(const TableName& name);
  void WriteName(const std::optional<TableName>& name);
  void WriteMetadata(const std::shared_ptr<const arrow::KeyValueMetadata>& metadata);
  void WriteNumber(const std::optional<int64_t>& number);
  void WriteTexts(const std::vector<std::string>& texts);

  ByteWriter out_;
  const FunctionCodec* codec_;
  int depth_ = 0;
};

/// Reads them. Files are opened by `open`.
class Decoder {
 public:
  using OpenTable = std::function<arrow::Result<std::shared_ptr<TableSource>>(const FileRecipe&)>;
  Decoder(std::string_view bytes, const FunctionCodec& codec, OpenTable open = nullptr)
      : in_(bytes), codec_(codec), open_(std::move(open)) {}
  arrow::Result<Expr> ReadExpr();
  arrow::Result<PlanPtr> ReadPlan();
  bool at_end() const { return in_.at_end(); }

 private:
  arrow::Result<ExprNode::Data> ReadData(ExprKind kind);
  arrow::Result<ExprNode::Data> ReadWindow();
  arrow::Result<ExprNode::Data> ReadSubquery();
  arrow::Result<PlanPtr> ReadNode(PlanKind kind, std::vector<PlanPtr> inputs);
  arrow::Result<PlanPtr> ReadScan();
  arrow::Result<std::vector<Expr>> ReadExprs();
  arrow::Result<std::vector<SortKey>> ReadKeys();
  arrow::Result<std::optional<Expr>> ReadOptional();
  arrow::Result<WindowFrame> ReadFrame();
  arrow::Result<SchemaPtr> ReadSchema();
  arrow::Result<TableName> ReadName();
  arrow::Result<std::optional<TableName>> ReadOptionalName();
  arrow::Result<std::shared_ptr<const arrow::KeyValueMetadata>> ReadMetadata();
  arrow::Result<std::optional<int64_t>> ReadNumber();
  arrow::Result<std::vector<std::string>> ReadTexts();
  arrow::Result<std::optional<std::string>> ReadPayload();

  ByteReader in_;
  const FunctionCodec& codec_;
  OpenTable open_;
  int depth_ = 0;
};

/// How deep expressions and plans, one inside of the other, may be nested in bytes.
inline constexpr int kMaxByteDepth = 480;

}  // namespace bowstring::logical
