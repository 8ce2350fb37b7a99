// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/cast.h"

#include <algorithm>

#include <arrow/array.h>
#include <arrow/compute/api.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

#include "functions/extension.h"
#include "functions/cast_internal.h"
#include "functions/gather_rows.h"

namespace bowstring {
namespace cast {
namespace {

using arrow::Type;

constexpr int kMaxDepth = 64;

bool Allowed(const arrow::DataType& from, const arrow::DataType& to, int depth) {
  if (++depth > kMaxDepth) return false;
  if (from.Equals(to) || from.id() == Type::NA) return true;
  if (from.id() == Type::EXTENSION) return Allowed(*StorageType(from), to, depth);
  if (from.id() == Type::DICTIONARY) return Allowed(*static_cast<const arrow::DictionaryType&>(from).value_type(), to, depth);
  if (from.id() == Type::RUN_END_ENCODED) return Allowed(*static_cast<const arrow::RunEndEncodedType&>(from).value_type(), to, depth);
  if (to.id() == Type::RUN_END_ENCODED) {
    const auto& value = *static_cast<const arrow::RunEndEncodedType&>(to).value_type();
    return !arrow::is_nested(value.id()) && Allowed(from, value, depth);
  }
  if (to.id() == Type::DICTIONARY) {
    const auto& value = *static_cast<const arrow::DictionaryType&>(to).value_type();
    return !arrow::is_nested(value.id()) && Allowed(from, value, depth);
  }
  if (IsNumberCast(from, to) || IsTemporalCast(from, to) || IsTextCast(from, to)) return true;
  if (IsDecimal256Cast(from, to)) return true;
  if (IsDecimal(from) && to.id() == Type::NA) return true;
  if (IsListLike(from) && IsListLike(to)) {
    if (from.id() == Type::FIXED_SIZE_LIST && to.id() == Type::FIXED_SIZE_LIST &&
        static_cast<const arrow::FixedSizeListType&>(from).list_size() != static_cast<const arrow::FixedSizeListType&>(to).list_size()) {
      return false;
    }
    return Allowed(*from.field(0)->type(), *to.field(0)->type(), depth);
  }
  // A value becomes a list of one.
  if (IsListLike(to) && !arrow::is_nested(from.id())) return Allowed(from, *to.field(0)->type(), depth);
  if (from.id() == Type::STRUCT && to.id() == Type::STRUCT) {
    const auto& f = static_cast<const arrow::StructType&>(from);
    const auto& t = static_cast<const arrow::StructType&>(to);
    int found = 0;
    for (int i = 0; i < t.num_fields(); ++i) {
      const int k = f.GetFieldIndex(t.field(i)->name());
      if (k < 0) continue;
      ++found;
      if (!Allowed(*f.field(k)->type(), *t.field(i)->type(), depth)) return false;
    }
    if (found > 0) return true;
    if (f.num_fields() != t.num_fields()) return false;
    for (int i = 0; i < t.num_fields(); ++i) {
      if (f.field(i)->name() != "c" + std::to_string(i)) return false;  // only fields that nobody has named go by their places
      if (!Allowed(*f.field(i)->type(), *t.field(i)->type(), depth)) return false;
    }
    return true;
  }
  if (from.id() == Type::MAP && to.id() == Type::MAP) {
    const auto& f = static_cast<const arrow::MapType&>(from);
    const auto& t = static_cast<const arrow::MapType&>(to);
    return Allowed(*f.key_type(), *t.key_type(), depth) && Allowed(*f.item_type(), *t.item_type(), depth);
  }
  return false;
}

DataResult Cast(const Job& job, int depth);

DataResult Child(const Job& job, DataPtr child, const TypePtr& to, int depth) {
  return Cast(Job{job.context, std::move(child), to, job.mode, job.pool}, depth);
}

template <typename From, typename To>
arrow::Result<std::shared_ptr<arrow::Buffer>> Offsets(const Job& job) {
  const From* in = job.in->GetValues<From>(1);
  ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateBuffer((job.in->length + 1) * static_cast<int64_t>(sizeof(To)), job.pool));
  To* out = reinterpret_cast<To*>(buffer->mutable_data());
  for (int64_t i = 0; i <= job.in->length; ++i) {
    if (!std::in_range<To>(in[i])) return Error(ErrorKind::kExecution, "lists of more than 2^31 elements in one batch");
    out[i] = static_cast<To>(in[i]);
  }
  return std::shared_ptr<arrow::Buffer>(std::move(buffer));
}

// Offsets for lists of `size` elements each.
template <typename To>
arrow::Result<std::shared_ptr<arrow::Buffer>> EvenOffsets(const Job& job, int64_t size) {
  ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateBuffer((job.in->length + 1) * static_cast<int64_t>(sizeof(To)), job.pool));
  To* out = reinterpret_cast<To*>(buffer->mutable_data());
  for (int64_t i = 0; i <= job.in->length; ++i) out[i] = static_cast<To>(i * size);
  return std::shared_ptr<arrow::Buffer>(std::move(buffer));
}

// List views as lists: elements are gathered, as views may lie in any order and over each other.
template <typename Offset>
DataResult PlainLists(const Job& job) {
  const Offset *offsets = job.in->GetValues<Offset>(1), *sizes = job.in->GetValues<Offset>(2);
  const int64_t n = job.in->length;
  std::vector<int64_t> picks;
  ARROW_ASSIGN_OR_RAISE(auto bounds, arrow::AllocateBuffer((n + 1) * static_cast<int64_t>(sizeof(Offset)), job.pool));
  Offset* out = reinterpret_cast<Offset*>(bounds->mutable_data());
  out[0] = 0;
  for (int64_t i = 0; i < n; ++i) {
    const Offset size = job.in->IsValid(i) ? sizes[i] : 0;
    for (Offset k = 0; k < size; ++k) picks.push_back(offsets[i] + k);
    if (!std::in_range<Offset>(picks.size())) return Error(ErrorKind::kExecution, "lists of more than 2^31 elements in one batch");
    out[i + 1] = static_cast<Offset>(picks.size());
  }
  ARROW_ASSIGN_OR_RAISE(auto validity, InputValidity(job));
  ARROW_ASSIGN_OR_RAISE(auto child, Gather(*job.in->child_data[0], picks.data(), static_cast<int64_t>(picks.size()), job.pool));
  const auto& field = job.in->type->field(0);
  auto lists = std::make_shared<arrow::ArrayData>(sizeof(Offset) == 8 ? arrow::large_list(field) : arrow::list(field), n,
                                                  std::vector<std::shared_ptr<arrow::Buffer>>{validity, std::move(bounds)}, validity ? arrow::kUnknownNullCount : 0, 0);
  lists->child_data = {std::move(child)};
  return lists;
}

// Lists as list views: the offsets stay, the sizes come to them.
template <typename Offset>
DataResult ViewLists(const Job& job, const DataPtr& lists) {
  const Offset* offsets = lists->GetValues<Offset>(1);
  const int64_t bytes = lists->length * static_cast<int64_t>(sizeof(Offset));
  ARROW_ASSIGN_OR_RAISE(auto begins, arrow::AllocateBuffer(bytes, job.pool));
  ARROW_ASSIGN_OR_RAISE(auto sizes, arrow::AllocateBuffer(bytes, job.pool));
  for (int64_t i = 0; i < lists->length; ++i) {
    reinterpret_cast<Offset*>(begins->mutable_data())[i] = offsets[i];
    reinterpret_cast<Offset*>(sizes->mutable_data())[i] = offsets[i + 1] - offsets[i];
  }
  ARROW_ASSIGN_OR_RAISE(auto validity, InputValidity(Job{job.context, lists, job.to, job.mode, job.pool}));
  auto out = std::make_shared<arrow::ArrayData>(job.to, lists->length, std::vector<std::shared_ptr<arrow::Buffer>>{validity, std::move(begins), std::move(sizes)},
                                                validity ? arrow::kUnknownNullCount : 0, 0);
  out->child_data = lists->child_data;
  return out;
}

DataResult Lists(const Job& job, int depth) {
  const Type::type from = job.in->type->id(), to = job.to->id();
  if (to == Type::FIXED_SIZE_LIST || from == Type::LIST_VIEW || from == Type::LARGE_LIST_VIEW || to == Type::LIST_VIEW || to == Type::LARGE_LIST_VIEW) {
    if (from == Type::LIST_VIEW || from == Type::LARGE_LIST_VIEW) {
      ARROW_ASSIGN_OR_RAISE(auto lists, from == Type::LIST_VIEW ? PlainLists<int32_t>(job) : PlainLists<int64_t>(job));
      return Child(job, std::move(lists), job.to, depth);
    }
    if (to == Type::LIST_VIEW || to == Type::LARGE_LIST_VIEW) {
      const bool wide = to == Type::LARGE_LIST_VIEW;
      ARROW_ASSIGN_OR_RAISE(auto lists, Child(job, job.in, wide ? arrow::large_list(job.to->field(0)) : arrow::list(job.to->field(0)), depth));
      return wide ? ViewLists<int64_t>(job, lists) : ViewLists<int32_t>(job, lists);
    }
    // By way of Arrow, which knows this layout; elements first.
    arrow::compute::CastOptions options = arrow::compute::CastOptions::Safe(job.to);
    DataPtr in = job.in;
    const TypePtr items = arrow::list(job.to->field(0));
    ARROW_ASSIGN_OR_RAISE(in, Cast(Job{job.context, in, items, job.mode, job.pool}, depth));
    ARROW_ASSIGN_OR_RAISE(auto out, arrow::compute::Cast(arrow::Datum(in), options, job.context.exec));
    return out.array();
  }
  ARROW_ASSIGN_OR_RAISE(auto validity, InputValidity(job));
  const TypePtr& item = job.to->field(0)->type();
  std::shared_ptr<arrow::Buffer> offsets;
  DataPtr elements = job.in->child_data[0];
  const bool large = to == Type::LARGE_LIST;
  if (from == Type::FIXED_SIZE_LIST) {
    const int64_t size = static_cast<const arrow::FixedSizeListType&>(*job.in->type).list_size();
    elements = elements->Slice(job.in->offset * size, job.in->length * size);
    ARROW_ASSIGN_OR_RAISE(offsets, large ? EvenOffsets<int64_t>(job, size) : EvenOffsets<int32_t>(job, size));
  } else if (from == Type::LARGE_LIST) {
    ARROW_ASSIGN_OR_RAISE(offsets, (large ? Offsets<int64_t, int64_t>(job) : Offsets<int64_t, int32_t>(job)));
  } else {
    ARROW_ASSIGN_OR_RAISE(offsets, (large ? Offsets<int32_t, int64_t>(job) : Offsets<int32_t, int32_t>(job)));
  }
  ARROW_ASSIGN_OR_RAISE(auto child, Child(job, elements, item, depth));
  auto out = std::make_shared<arrow::ArrayData>(job.to, job.in->length, std::vector<std::shared_ptr<arrow::Buffer>>{validity, offsets},
                                                validity ? arrow::kUnknownNullCount : 0, 0);
  out->child_data = {std::move(child)};
  return out;
}

DataResult ListOfOne(const Job& job, int depth) {
  ARROW_ASSIGN_OR_RAISE(auto child, Child(job, job.in, job.to->field(0)->type(), depth));
  ARROW_ASSIGN_OR_RAISE(auto offsets, EvenOffsets<int32_t>(job, 1));
  auto lists = std::make_shared<arrow::ArrayData>(arrow::list(job.to->field(0)), job.in->length, std::vector<std::shared_ptr<arrow::Buffer>>{nullptr, offsets}, 0, 0);
  lists->child_data = {std::move(child)};
  return Cast(Job{job.context, lists, job.to, job.mode, job.pool}, depth);
}

DataResult Structs(const Job& job, int depth) {
  const auto& from = static_cast<const arrow::StructType&>(*job.in->type);
  const auto& to = static_cast<const arrow::StructType&>(*job.to);
  bool by_name = false;
  for (const auto& field : to.fields()) by_name = by_name || from.GetFieldIndex(field->name()) >= 0;
  ARROW_ASSIGN_OR_RAISE(auto validity, InputValidity(job));
  auto out = std::make_shared<arrow::ArrayData>(job.to, job.in->length, std::vector<std::shared_ptr<arrow::Buffer>>{validity},
                                                validity ? arrow::kUnknownNullCount : 0, 0);
  for (int i = 0; i < to.num_fields(); ++i) {
    const int k = by_name ? from.GetFieldIndex(to.field(i)->name()) : i;
    if (k < 0) {
      ARROW_ASSIGN_OR_RAISE(auto nulls, arrow::MakeArrayOfNull(to.field(i)->type(), job.in->length, job.pool));
      out->child_data.push_back(nulls->data());
      continue;
    }
    auto child = job.in->child_data[k]->Slice(job.in->offset, job.in->length);
    ARROW_ASSIGN_OR_RAISE(auto value, Child(job, std::move(child), to.field(i)->type(), depth));
    out->child_data.push_back(std::move(value));
  }
  return out;
}

DataResult Maps(const Job& job, int depth) {
  const auto& to = static_cast<const arrow::MapType&>(*job.to);
  const auto& entries = job.in->child_data[0];
  auto out = job.in->Copy();
  auto pairs = entries->Copy();
  pairs->type = to.value_type();
  ARROW_ASSIGN_OR_RAISE(pairs->child_data[0], Child(job, entries->child_data[0], to.key_type(), depth));
  ARROW_ASSIGN_OR_RAISE(pairs->child_data[1], Child(job, entries->child_data[1], to.item_type(), depth));
  out->type = job.to;
  out->child_data = {std::move(pairs)};
  return out;
}

// A dictionary's values are cast once, then taken by code.
DataResult FromDictionary(const Job& job, int depth) {
  const TypePtr value_type = ValueType(job.in->type);
  if (job.to->id() == Type::DICTIONARY) {
    const auto& to = static_cast<const arrow::DictionaryType&>(*job.to);
    ARROW_ASSIGN_OR_RAISE(auto values, Child(job, job.in->dictionary, to.value_type(), depth));
    auto codes = job.in->Copy();
    codes->type = static_cast<const arrow::DictionaryType&>(*job.in->type).index_type();
    codes->dictionary = nullptr;
    ARROW_ASSIGN_OR_RAISE(codes, Child(job, codes, to.index_type(), depth));
    codes = codes->Copy();
    codes->type = job.to;
    codes->dictionary = std::move(values);
    return codes;
  }
  // Unused values that don't fit are no error: the used ones are asked again below.
  auto values = Child(job, job.in->dictionary, job.to, depth);
  auto codes = job.in->Copy();
  codes->type = static_cast<const arrow::DictionaryType&>(*job.in->type).index_type();
  codes->dictionary = nullptr;
  ARROW_ASSIGN_OR_RAISE(auto indices, CastArray(job.context, codes, arrow::int64()));
  if (!values.ok()) {
    ARROW_ASSIGN_OR_RAISE(auto plain, arrow::compute::Take(arrow::Datum(job.in->dictionary), arrow::Datum(indices), arrow::compute::TakeOptions::NoBoundsCheck(), job.context.exec));
    return Child(job, plain.array(), job.to, depth);
  }
  if ((*values)->type->id() == Type::STRING_VIEW || (*values)->type->id() == Type::BINARY_VIEW) {
    // Arrow has no Take on views: the views are copied here, the text is shared.
    const int64_t n = job.in->length;
    using View = arrow::BinaryViewType::c_type;
    ARROW_ASSIGN_OR_RAISE(auto buffer, arrow::AllocateBuffer(n * 16, job.pool));
    ARROW_ASSIGN_OR_RAISE(auto bits, arrow::AllocateEmptyBitmap(n, job.pool));
    auto* out = reinterpret_cast<View*>(buffer->mutable_data());
    const View* views = (*values)->GetValues<View>(1);
    const int64_t* codes64 = indices->GetValues<int64_t>(1);
    for (int64_t i = 0; i < n; ++i) {
      const bool valid = indices->IsValid(i) && (*values)->IsValid(codes64[i]);
      out[i] = valid ? views[codes64[i]] : View{};
      if (valid) arrow::bit_util::SetBit(bits->mutable_data(), i);
    }
    auto result = std::make_shared<arrow::ArrayData>(job.to, n, (*values)->buffers, arrow::kUnknownNullCount, 0);
    result->buffers[0] = std::move(bits);
    result->buffers[1] = std::move(buffer);
    return result;
  }
  ARROW_ASSIGN_OR_RAISE(auto taken, arrow::compute::Take(arrow::Datum(*values), arrow::Datum(indices), arrow::compute::TakeOptions::NoBoundsCheck(), job.context.exec));
  return taken.array();
}

DataResult ToDictionary(const Job& job, int depth) {
  const auto& to = static_cast<const arrow::DictionaryType&>(*job.to);
  ARROW_ASSIGN_OR_RAISE(auto values, Child(job, job.in, to.value_type(), depth));
  ARROW_ASSIGN_OR_RAISE(auto encoded, arrow::compute::DictionaryEncode(arrow::Datum(values), arrow::compute::DictionaryEncodeOptions::Defaults(), job.context.exec));
  auto out = encoded.array();
  if (out->type->Equals(*job.to)) return out;
  auto codes = out->Copy();
  codes->type = static_cast<const arrow::DictionaryType&>(*out->type).index_type();
  codes->dictionary = nullptr;
  ARROW_ASSIGN_OR_RAISE(codes, CastArray(job.context, codes, to.index_type()));
  codes = codes->Copy();
  codes->type = job.to;
  codes->dictionary = out->dictionary;
  return codes;
}

DataResult ToRuns(const Job& job, int depth) {
  const auto& to = static_cast<const arrow::RunEndEncodedType&>(*job.to);
  ARROW_ASSIGN_OR_RAISE(auto values, Child(job, job.in, to.value_type(), depth));
  ARROW_ASSIGN_OR_RAISE(auto runs, arrow::compute::RunEndEncode(arrow::Datum(values), arrow::compute::RunEndEncodeOptions(to.run_end_type()), job.context.exec));
  auto out = runs.array()->Copy();
  out->type = job.to;
  return out;
}

DataResult Cast(const Job& job, int depth) {
  if (++depth > kMaxDepth) return Error(ErrorKind::kNotImplemented, "types nested deeper than ", kMaxDepth);
  const arrow::DataType& from = *job.in->type;
  if (from.Equals(*job.to)) return job.in;
  if (from.id() == Type::NA) {
    ARROW_ASSIGN_OR_RAISE(auto nulls, arrow::MakeArrayOfNull(job.to, job.in->length, job.pool));
    return nulls->data();
  }
  if (from.id() == Type::EXTENSION) return Child(job, StorageOf(*job.in), job.to, depth);
  if (from.id() == Type::RUN_END_ENCODED) {
    ARROW_ASSIGN_OR_RAISE(auto plain, arrow::compute::RunEndDecode(arrow::Datum(job.in), job.context.exec));
    return Child(job, plain.array(), job.to, depth);
  }
  if (from.id() == Type::DICTIONARY) return FromDictionary(job, depth);
  if (job.to->id() == Type::DICTIONARY) return ToDictionary(job, depth);
  if (job.to->id() == Type::RUN_END_ENCODED) return ToRuns(job, depth);
  if (IsNumberCast(from, *job.to)) return Numbers(job);
  if (IsDecimal256Cast(from, *job.to)) return Decimals256(job);
  if (job.to->id() == Type::NA) return std::make_shared<arrow::ArrayData>(job.to, job.in->length, std::vector<std::shared_ptr<arrow::Buffer>>{nullptr}, job.in->length, 0);
  if (IsTextCast(from, *job.to)) return Texts(job);
  if (IsTemporalCast(from, *job.to)) return Temporals(job);
  if (IsListLike(from) && IsListLike(*job.to)) return Lists(job, depth);
  if (from.id() == Type::STRUCT && job.to->id() == Type::STRUCT) return Structs(job, depth);
  if (from.id() == Type::MAP && job.to->id() == Type::MAP) return Maps(job, depth);
  if (IsListLike(*job.to) && !arrow::is_nested(from.id())) return ListOfOne(job, depth);
  return Error(ErrorKind::kInternal, "no cast from ", TypeName(from), " to ", TypeName(*job.to));
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::Buffer>> InputValidity(const Job& job) {
  if (!job.in->MayHaveNulls()) return std::shared_ptr<arrow::Buffer>();
  if (job.in->offset == 0) return job.in->buffers[0];
  if (job.in->offset % 8 == 0) return arrow::SliceBuffer(job.in->buffers[0], job.in->offset / 8, (job.in->length + 7) / 8);
  return arrow::internal::CopyBitmap(job.pool, job.in->buffers[0]->data(), job.in->offset, job.in->length);
}

std::string TextAt(const Job& job, int64_t i) {
  auto writer = MakeValueWriter(job.in);
  if (!writer.ok()) return "...";
  std::string out;
  (*writer)(i, &out);
  return out;
}

}  // namespace cast

bool CanCast(const arrow::DataType& from, const arrow::DataType& to) { return cast::Allowed(from, to, 0); }

arrow::Status CheckCast(const arrow::DataType& from, const arrow::DataType& to) {
  if (CanCast(from, to)) return arrow::Status::OK();
  return Error(ErrorKind::kNotImplemented, "Unsupported CAST from ", TypeName(from), " to ", TypeName(to));
}

bool CastIsFallible(const arrow::DataType& from, const arrow::DataType& to) {
  using arrow::Type;
  if (from.Equals(to) || from.id() == Type::NA) return false;
  if (from.id() == Type::DICTIONARY) return CastIsFallible(*static_cast<const arrow::DictionaryType&>(from).value_type(), to);
  if (IsText(to)) return IsBytes(from);
  if (IsText(from)) return !IsBytes(to);
  if (from.id() == Type::BOOL) return false;
  if (IsNumeric(from) && to.id() == Type::BOOL) return false;
  if (IsNumeric(from) && IsFloat(to)) return false;
  if (IsInteger(from) && IsInteger(to)) {
    auto common = CommonNumber(from.GetSharedPtr(), to.GetSharedPtr());
    return !common->Equals(to);
  }
  if (IsDecimal(to) && (IsInteger(from) || IsDecimal(from))) {
    const auto source = IsInteger(from) ? DecimalOf(from) : from.GetSharedPtr();
    const auto& f = static_cast<const arrow::DecimalType&>(*source);
    const auto& t = static_cast<const arrow::DecimalType&>(to);
    return t.scale() < f.scale() ? t.precision() - t.scale() <= f.precision() - f.scale() : t.precision() - t.scale() < f.precision() - f.scale();
  }
  if (IsTimestamp(from) && (to.id() == Type::DATE32 || to.id() == Type::DATE64)) return false;
  return true;
}

arrow::Result<std::shared_ptr<arrow::ArrayData>> CastArray(KernelContext& context, const std::shared_ptr<arrow::ArrayData>& array, const TypePtr& to,
                                                           CastMode mode) {
  if (array->type->Equals(*to)) return array;
  ARROW_RETURN_NOT_OK(CheckCast(*array->type, *to));
  return cast::Cast(cast::Job{context, array, to, mode, context.exec->memory_pool()}, 0);
}

arrow::Result<std::shared_ptr<arrow::Scalar>> CastScalar(KernelContext& context, const arrow::Scalar& value, const TypePtr& to, CastMode mode) {
  if (value.type->Equals(*to)) {
    // Null for a scalar that no shared_ptr owns.
    if (auto same = const_cast<arrow::Scalar&>(value).weak_from_this().lock()) return same;
    ARROW_ASSIGN_OR_RAISE(auto one, arrow::MakeArrayFromScalar(value, 1, context.exec->memory_pool()));
    return one->GetScalar(0);
  }
  ARROW_RETURN_NOT_OK(CheckCast(*value.type, *to));
  if (!value.is_valid) return arrow::MakeNullScalar(to);
  ARROW_ASSIGN_OR_RAISE(auto array, arrow::MakeArrayFromScalar(value, 1, context.exec->memory_pool()));
  ARROW_ASSIGN_OR_RAISE(auto out, CastArray(context, array->data(), to, mode));
  return arrow::MakeArray(out)->GetScalar(0);
}

arrow::Result<arrow::Datum> CastDatum(KernelContext& context, const arrow::Datum& value, const TypePtr& to, CastMode mode) {
  if (value.is_scalar()) {
    ARROW_ASSIGN_OR_RAISE(auto scalar, CastScalar(context, *value.scalar(), to, mode));
    return arrow::Datum(std::move(scalar));
  }
  ARROW_ASSIGN_OR_RAISE(auto array, CastArray(context, value.array(), to, mode));
  return arrow::Datum(std::move(array));
}

}  // namespace bowstring
