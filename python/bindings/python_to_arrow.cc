// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "python_to_arrow.h"

#include <datetime.h>
#include <limits>
#include <string>

#include <nanobind/stl/string.h>

#include <arrow/array.h>
#include <arrow/array/builder_base.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_decimal.h>
#include <arrow/array/builder_nested.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/array/builder_time.h>
#include <arrow/builder.h>
#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/decimal.h>
#include <arrow/util/float16.h>

#include "status.h"

namespace bowstring::python {
namespace {

constexpr int kMaxDepth = 64;

[[noreturn]] void Mismatch(nb::handle value, const arrow::DataType& type) {
  throw nb::type_error(
      (std::string("a ") + Py_TYPE(value.ptr())->tp_name + " does not fit a column of type " + type.ToString())
          .c_str());
}

// The value behind a numpy or Arrow scalar.
nb::object Plain(nb::handle value, const arrow::DataType& type) {
  nb::object known = nb::module_::import_("bowstring._values").attr("plain")(value);
  if (known.is_none()) Mismatch(value, type);
  return known[1];
}

template <typename T>
T Integer(nb::handle value, const arrow::DataType& type) {
  nb::object number = nb::borrow(value);
  if (!PyLong_Check(value.ptr())) {
    number = Plain(value, type);
    if (!PyLong_Check(number.ptr())) Mismatch(value, type);
  }
  if (PyBool_Check(number.ptr())) Mismatch(value, type);
  auto out_of_range = [&] {
    PyErr_Format(PyExc_OverflowError, "%R is too large for a column of type %s", number.ptr(), type.ToString().c_str());
    throw nb::python_error();
  };
  if constexpr (std::is_same_v<T, uint64_t>) {
    const unsigned long long wide = PyLong_AsUnsignedLongLong(number.ptr());
    if (PyErr_Occurred() != nullptr) {
      PyErr_Clear();
      out_of_range();
    }
    return wide;
  } else {
    int overflow = 0;
    const long long wide = PyLong_AsLongLongAndOverflow(number.ptr(), &overflow);
    if (wide == -1 && PyErr_Occurred() != nullptr) throw nb::python_error();
    if (overflow != 0 || wide < static_cast<long long>(std::numeric_limits<T>::min()) ||
        wide > static_cast<long long>(std::numeric_limits<T>::max())) {
      out_of_range();
    }
    return static_cast<T>(wide);
  }
}

double Floating(nb::handle value, const arrow::DataType& type) {
  if (!PyFloat_Check(value.ptr()) && !PyLong_Check(value.ptr())) return Floating(Plain(value, type), type);
  const double number = PyFloat_AsDouble(value.ptr());
  if (number == -1.0 && PyErr_Occurred() != nullptr) throw nb::python_error();
  return number;
}

int64_t Scaled(int64_t micros, arrow::TimeUnit::type unit) {
  switch (unit) {
    case arrow::TimeUnit::SECOND:
      return (micros - ((micros % 1000000) + 1000000) % 1000000) / 1000000;
    case arrow::TimeUnit::MILLI:
      return (micros - ((micros % 1000) + 1000) % 1000) / 1000;
    case arrow::TimeUnit::MICRO:
      return micros;
    case arrow::TimeUnit::NANO:
      break;
  }
  int64_t nanos = 0;
  if (__builtin_mul_overflow(micros, int64_t{1000}, &nanos)) {
    PyErr_SetString(PyExc_OverflowError, "the time is out of the range of nanoseconds in 64 bits");
    throw nb::python_error();
  }
  return nanos;
}

int64_t Days(nb::handle date) { return nb::cast<int64_t>(date.attr("toordinal")()) - 719163; }

int64_t DeltaMicros(PyObject* delta) {
  return (int64_t{PyDateTime_DELTA_GET_DAYS(delta)} * 86400 + PyDateTime_DELTA_GET_SECONDS(delta)) * 1000000 +
         PyDateTime_DELTA_GET_MICROSECONDS(delta);
}

int64_t TimestampMicros(nb::handle value) {
  PyObject* p = value.ptr();
  int64_t seconds = Days(value) * 86400 + PyDateTime_DATE_GET_HOUR(p) * 3600 + PyDateTime_DATE_GET_MINUTE(p) * 60 +
                    PyDateTime_DATE_GET_SECOND(p);
  int64_t micros = seconds * 1000000 + PyDateTime_DATE_GET_MICROSECOND(p);
  nb::object offset = value.attr("utcoffset")();
  if (!offset.is_none()) micros -= DeltaMicros(offset.ptr());
  return micros;
}

std::string_view TextOf(nb::handle value, const arrow::DataType& type) {
  if (!PyUnicode_Check(value.ptr())) Mismatch(value, type);
  Py_ssize_t length = 0;
  const char* text = PyUnicode_AsUTF8AndSize(value.ptr(), &length);
  if (text == nullptr) throw nb::python_error();
  return {text, static_cast<size_t>(length)};
}

nb::bytes BytesOf(nb::handle value, const arrow::DataType& type) {
  PyObject* p = value.ptr();
  if (PyBytes_Check(p)) return nb::borrow<nb::bytes>(value);
  if (PyObject_CheckBuffer(p)) return nb::steal<nb::bytes>(PyBytes_FromObject(p));
  if (std::string_view(Py_TYPE(p)->tp_name) == "UUID" || PyObject_HasAttrString(p, "bytes_le"))
    return nb::borrow<nb::bytes>(value.attr("bytes"));
  Mismatch(value, type);
}

template <typename Value>
Value DecimalOf(nb::handle value, const arrow::DataType& type) {
  nb::object text = nb::module_::import_("bowstring._values").attr("decimal_text")(value);
  if (text.is_none()) Mismatch(value, type);
  const auto& decimal = static_cast<const arrow::DecimalType&>(type);
  Value number;
  int32_t precision = 0, scale = 0;
  Check(Value::FromString(nb::cast<std::string>(text), &number, &precision, &scale));
  number = Unwrap(number.Rescale(scale, decimal.scale()));
  if (!number.FitsInPrecision(decimal.precision())) {
    PyErr_Format(PyExc_OverflowError, "%R is too large for a column of type %s", value.ptr(), type.ToString().c_str());
    throw nb::python_error();
  }
  return number;
}

void Append(arrow::ArrayBuilder* builder, nb::handle value, int depth);

template <typename Builder>
void AppendItems(Builder* builder, nb::handle value, int depth) {
  PyObject* p = value.ptr();
  if (PyUnicode_Check(p) || PyBytes_Check(p) || !PyObject_HasAttrString(p, "__iter__"))
    Mismatch(value, *builder->type());
  Check(builder->Append());
  for (nb::handle item : nb::iter(value)) Append(builder->value_builder(), item, depth + 1);
}

void Append(arrow::ArrayBuilder* builder, nb::handle value, int depth) {
  using arrow::Type;
  if (depth > kMaxDepth) throw nb::value_error("the value is nested too deeply");
  if (value.is_none()) return Check(builder->AppendNull());
  const auto held_type = builder->type();  // nested builders make their type anew at each call
  const auto& type = *held_type;
  PyObject* p = value.ptr();
  switch (type.id()) {
    case Type::NA:
      Mismatch(value, type);
    case Type::BOOL: {
      nb::object truth = PyBool_Check(p) ? nb::borrow(value) : Plain(value, type);
      if (!PyBool_Check(truth.ptr())) Mismatch(value, type);
      return Check(static_cast<arrow::BooleanBuilder*>(builder)->Append(truth.is(nb::handle(Py_True))));
    }
    case Type::INT8:
      return Check(static_cast<arrow::Int8Builder*>(builder)->Append(Integer<int8_t>(value, type)));
    case Type::INT16:
      return Check(static_cast<arrow::Int16Builder*>(builder)->Append(Integer<int16_t>(value, type)));
    case Type::INT32:
      return Check(static_cast<arrow::Int32Builder*>(builder)->Append(Integer<int32_t>(value, type)));
    case Type::INT64:
      return Check(static_cast<arrow::Int64Builder*>(builder)->Append(Integer<int64_t>(value, type)));
    case Type::UINT8:
      return Check(static_cast<arrow::UInt8Builder*>(builder)->Append(Integer<uint8_t>(value, type)));
    case Type::UINT16:
      return Check(static_cast<arrow::UInt16Builder*>(builder)->Append(Integer<uint16_t>(value, type)));
    case Type::UINT32:
      return Check(static_cast<arrow::UInt32Builder*>(builder)->Append(Integer<uint32_t>(value, type)));
    case Type::UINT64:
      return Check(static_cast<arrow::UInt64Builder*>(builder)->Append(Integer<uint64_t>(value, type)));
    case Type::HALF_FLOAT:
      return Check(static_cast<arrow::HalfFloatBuilder*>(builder)->Append(
          arrow::util::Float16::FromDouble(Floating(value, type)).bits()));
    case Type::FLOAT:
      return Check(static_cast<arrow::FloatBuilder*>(builder)->Append(static_cast<float>(Floating(value, type))));
    case Type::DOUBLE:
      return Check(static_cast<arrow::DoubleBuilder*>(builder)->Append(Floating(value, type)));
    case Type::STRING:
      return Check(static_cast<arrow::StringBuilder*>(builder)->Append(TextOf(value, type)));
    case Type::LARGE_STRING:
      return Check(static_cast<arrow::LargeStringBuilder*>(builder)->Append(TextOf(value, type)));
    case Type::STRING_VIEW:
      return Check(static_cast<arrow::StringViewBuilder*>(builder)->Append(TextOf(value, type)));
    case Type::BINARY:
    case Type::LARGE_BINARY:
    case Type::BINARY_VIEW:
    case Type::FIXED_SIZE_BINARY: {
      nb::bytes bytes = BytesOf(value, type);
      const std::string_view view(bytes.c_str(), bytes.size());
      if (type.id() == Type::BINARY) return Check(static_cast<arrow::BinaryBuilder*>(builder)->Append(view));
      if (type.id() == Type::LARGE_BINARY) return Check(static_cast<arrow::LargeBinaryBuilder*>(builder)->Append(view));
      if (type.id() == Type::BINARY_VIEW) return Check(static_cast<arrow::BinaryViewBuilder*>(builder)->Append(view));
      if (static_cast<int>(view.size()) != static_cast<const arrow::FixedSizeBinaryType&>(type).byte_width())
        Mismatch(value, type);
      return Check(static_cast<arrow::FixedSizeBinaryBuilder*>(builder)->Append(view));
    }
    case Type::DECIMAL128:
      return Check(static_cast<arrow::Decimal128Builder*>(builder)->Append(DecimalOf<arrow::Decimal128>(value, type)));
    case Type::DECIMAL256:
      return Check(static_cast<arrow::Decimal256Builder*>(builder)->Append(DecimalOf<arrow::Decimal256>(value, type)));
    case Type::DATE32:
    case Type::DATE64: {
      nb::object date = PyDate_Check(p) ? nb::borrow(value) : Plain(value, type);
      if (!PyDate_Check(date.ptr())) Mismatch(value, type);
      if (type.id() == Type::DATE64)
        return Check(static_cast<arrow::Date64Builder*>(builder)->Append(Days(date) * 86400000));
      return Check(static_cast<arrow::Date32Builder*>(builder)->Append(static_cast<int32_t>(Days(date))));
    }
    case Type::TIME32:
    case Type::TIME64: {
      if (!PyTime_Check(p)) Mismatch(value, type);
      const int64_t micros =
          (PyDateTime_TIME_GET_HOUR(p) * 3600 + PyDateTime_TIME_GET_MINUTE(p) * 60 + PyDateTime_TIME_GET_SECOND(p)) *
              int64_t{1000000} +
          PyDateTime_TIME_GET_MICROSECOND(p);
      const int64_t scaled = Scaled(micros, static_cast<const arrow::TimeType&>(type).unit());
      if (type.id() == Type::TIME64) return Check(static_cast<arrow::Time64Builder*>(builder)->Append(scaled));
      return Check(static_cast<arrow::Time32Builder*>(builder)->Append(static_cast<int32_t>(scaled)));
    }
    case Type::TIMESTAMP: {
      nb::object moment = PyDateTime_Check(p) ? nb::borrow(value) : Plain(value, type);
      if (!PyDateTime_Check(moment.ptr())) Mismatch(value, type);
      return Check(static_cast<arrow::TimestampBuilder*>(builder)->Append(
          Scaled(TimestampMicros(moment), static_cast<const arrow::TimestampType&>(type).unit())));
    }
    case Type::DURATION: {
      nb::object delta = PyDelta_Check(p) ? nb::borrow(value) : Plain(value, type);
      if (!PyDelta_Check(delta.ptr())) Mismatch(value, type);
      return Check(static_cast<arrow::DurationBuilder*>(builder)->Append(
          Scaled(DeltaMicros(delta.ptr()), static_cast<const arrow::DurationType&>(type).unit())));
    }
    case Type::INTERVAL_MONTH_DAY_NANO: {
      if (!PyTuple_Check(p) || nb::len(value) != 3) Mismatch(value, type);
      arrow::MonthDayNanoIntervalType::MonthDayNanos parts{nb::cast<int32_t>(value[0]), nb::cast<int32_t>(value[1]),
                                                           nb::cast<int64_t>(value[2])};
      return Check(static_cast<arrow::MonthDayNanoIntervalBuilder*>(builder)->Append(parts));
    }
    case Type::LIST:
      return AppendItems(static_cast<arrow::ListBuilder*>(builder), value, depth);
    case Type::LARGE_LIST:
      return AppendItems(static_cast<arrow::LargeListBuilder*>(builder), value, depth);
    case Type::FIXED_SIZE_LIST:
      if (static_cast<int>(nb::len(value)) != static_cast<const arrow::FixedSizeListType&>(type).list_size())
        Mismatch(value, type);
      return AppendItems(static_cast<arrow::FixedSizeListBuilder*>(builder), value, depth);
    case Type::MAP: {
      auto* map = static_cast<arrow::MapBuilder*>(builder);
      Check(map->Append());
      nb::object pairs = PyDict_Check(p) ? nb::object(value.attr("items")()) : nb::borrow(value);
      for (nb::handle pair : nb::iter(pairs)) {
        Append(map->key_builder(), nb::object(pair[0]), depth + 1);
        Append(map->item_builder(), nb::object(pair[1]), depth + 1);
      }
      return;
    }
    case Type::STRUCT: {
      if (!PyDict_Check(p)) Mismatch(value, type);
      auto* rows = static_cast<arrow::StructBuilder*>(builder);
      Check(rows->Append());
      for (int i = 0; i < type.num_fields(); ++i) {
        PyObject* item = PyDict_GetItemString(p, type.field(i)->name().c_str());  // borrowed; absent is NULL
        Append(rows->field_builder(i), item != nullptr ? nb::handle(item) : nb::handle(Py_None), depth + 1);
      }
      return;
    }
    default:
      throw nb::type_error(("Python values can't be turned into a column of type " + type.ToString()).c_str());
  }
}

}  // namespace

std::shared_ptr<arrow::Array> ToArrowArray(nb::handle sequence, const std::shared_ptr<arrow::DataType>& type) {
  if (PyDateTimeAPI == nullptr) PyDateTime_IMPORT;
  auto builder = Unwrap(arrow::MakeBuilder(type));
  for (nb::handle value : nb::iter(sequence)) Append(builder.get(), value, 0);
  return Unwrap(builder->Finish());
}

std::shared_ptr<arrow::Scalar> ToScalar(nb::handle value, std::shared_ptr<arrow::DataType> type) {
  nb::list one;
  one.append(value);
  if (!type) type = InferType(one);
  return Unwrap(ToArrowArray(one, type)->GetScalar(0));
}

}  // namespace bowstring::python
