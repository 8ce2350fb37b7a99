// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <Python.h>
#include <algorithm>
#include <datetime.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <arrow/type.h>

#include "core_types.h"
#include "python_to_arrow.h"

namespace bowstring::python {
namespace {

constexpr int kMaxDepth = 64;

enum class Kind : uint8_t {
  kNull,
  kBool,
  kInt,
  kFloat,
  kText,
  kBytes,
  kDate,
  kTimestamp,
  kTime,
  kDuration,
  kDecimal,
  kExact,
  kList,
  kStruct
};

// What is known of the type after some of the values.
struct Guess {
  Kind kind = Kind::kNull;
  int whole_digits = 0, scale = 0;  // kDecimal
  bool has_zone = false;
  std::string zone;                                                    // kTimestamp
  std::shared_ptr<arrow::DataType> exact;                              // kExact: of a numpy or Arrow value
  std::unique_ptr<Guess> item;                                         // kList
  std::vector<std::pair<std::string, std::unique_ptr<Guess>>> fields;  // kStruct, in the order seen

  Guess* Field(const std::string& name) {
    for (auto& [known, guess] : fields) {
      if (known == name) return guess.get();
    }
    fields.emplace_back(name, std::make_unique<Guess>());
    return fields.back().second.get();
  }
};

const char* NameOf(Kind kind) {
  static constexpr const char* kNames[] = {"None",     "bool", "int",       "float",   "str",         "bytes", "date",
                                           "datetime", "time", "timedelta", "Decimal", "typed value", "list",  "dict"};
  return kNames[static_cast<int>(kind)];
}

// The other kind joins; bool, int and Decimal give way to what holds both.
void Join(Guess* guess, Kind kind) {
  if (guess->kind == Kind::kNull || guess->kind == kind) {
    guess->kind = kind;
    return;
  }
  auto both = [&](Kind a, Kind b) { return (guess->kind == a && kind == b) || (guess->kind == b && kind == a); };
  if (both(Kind::kInt, Kind::kFloat)) {
    guess->kind = Kind::kFloat;
  } else if (both(Kind::kInt, Kind::kDecimal)) {
    guess->kind = Kind::kDecimal;
    guess->whole_digits = std::max(guess->whole_digits, 19);
  } else {
    throw nb::type_error(
        (std::string("no type holds both ") + NameOf(guess->kind) + " and " + NameOf(kind) + " values").c_str());
  }
}

void Add(Guess* guess, nb::handle value, int depth);

void AddItems(Guess* guess, nb::handle sequence, int depth) {
  if (!guess->item) guess->item = std::make_unique<Guess>();
  for (nb::handle item : nb::iter(sequence)) Add(guess->item.get(), item, depth + 1);
}

void AddDecimal(Guess* guess, nb::handle value) {
  nb::object parts = value.attr("as_tuple")();
  nb::object exponent = parts.attr("exponent");
  if (!nb::isinstance<nb::int_>(exponent))
    throw nb::value_error("a Decimal that is infinite or not a number has no Arrow form");
  const int power = nb::cast<int>(exponent);
  const int digits = static_cast<int>(nb::len(nb::object(parts.attr("digits"))));
  const int scale = std::max(0, -power);
  guess->scale = std::max(guess->scale, scale);
  guess->whole_digits = std::max(guess->whole_digits, std::max(0, power > 0 ? digits + power : digits - scale));
}

void AddForeign(Guess* guess, nb::handle value, int depth) {
  nb::object known = nb::module_::import_("bowstring._values").attr("plain")(value);
  if (known.is_none()) {
    throw nb::type_error(
        (std::string("a ") + Py_TYPE(value.ptr())->tp_name + " has no Arrow form: did not recognize Python value type")
            .c_str());
  }
  nb::object type = known[0];
  if (type.is_none()) return Add(guess, nb::object(known[1]), depth + 1);
  auto exact = nb::cast<PyDataType>(type).type;
  if (guess->kind == Kind::kNull) {
    guess->kind = Kind::kExact;
    guess->exact = std::move(exact);
  } else if (guess->kind != Kind::kExact || !guess->exact->Equals(*exact)) {
    throw nb::type_error(
        ("no type holds both " + std::string(NameOf(guess->kind)) + " and " + exact->ToString() + " values").c_str());
  }
}

void Add(Guess* guess, nb::handle value, int depth) {
  if (depth > kMaxDepth) throw nb::value_error("the value is nested too deeply");
  PyObject* p = value.ptr();
  if (p == Py_None) return;
  if (PyBool_Check(p)) return Join(guess, Kind::kBool);
  if (PyLong_Check(p)) return Join(guess, Kind::kInt);
  if (PyFloat_Check(p)) return Join(guess, Kind::kFloat);
  if (PyUnicode_Check(p)) return Join(guess, Kind::kText);
  if (PyBytes_Check(p) || PyByteArray_Check(p) || PyMemoryView_Check(p)) return Join(guess, Kind::kBytes);
  if (PyDateTime_Check(p)) {
    Join(guess, Kind::kTimestamp);
    nb::object zone = value.attr("tzinfo");
    if (!zone.is_none() && !guess->has_zone) {
      guess->has_zone = true;
      guess->zone = nb::cast<std::string>(nb::module_::import_("bowstring._values").attr("zone_name")(value));
    }
    return;
  }
  if (PyDate_Check(p)) return Join(guess, Kind::kDate);
  if (PyTime_Check(p)) return Join(guess, Kind::kTime);
  if (PyDelta_Check(p)) return Join(guess, Kind::kDuration);
  if (PyDict_Check(p)) {
    Join(guess, Kind::kStruct);
    for (auto [key, item] : nb::borrow<nb::dict>(value)) {
      if (!nb::isinstance<nb::str>(key)) throw nb::type_error("the keys of a struct must be texts");
      Add(guess->Field(nb::cast<std::string>(key)), item, depth + 1);
    }
    return;
  }
  if (PyList_Check(p) || PyTuple_Check(p) || PyAnySet_Check(p)) {
    Join(guess, Kind::kList);
    return AddItems(guess, value, depth);
  }
  if (std::string_view(Py_TYPE(p)->tp_name) == "decimal.Decimal") {
    Join(guess, Kind::kDecimal);
    return AddDecimal(guess, value);
  }
  AddForeign(guess, value, depth);
}

std::shared_ptr<arrow::DataType> TypeOf(const Guess& guess) {
  switch (guess.kind) {
    case Kind::kNull:
      return arrow::null();
    case Kind::kBool:
      return arrow::boolean();
    case Kind::kInt:
      return arrow::int64();
    case Kind::kFloat:
      return arrow::float64();
    case Kind::kText:
      return arrow::utf8();
    case Kind::kBytes:
      return arrow::binary();
    case Kind::kDate:
      return arrow::date32();
    case Kind::kTimestamp:
      return arrow::timestamp(arrow::TimeUnit::MICRO, guess.zone);
    case Kind::kTime:
      return arrow::time64(arrow::TimeUnit::MICRO);
    case Kind::kDuration:
      return arrow::duration(arrow::TimeUnit::MICRO);
    case Kind::kDecimal: {
      const int precision = std::max(1, guess.whole_digits + guess.scale);
      if (precision > 76) throw nb::value_error("a Decimal of more than 76 digits has no Arrow form");
      return precision > 38 ? arrow::decimal256(precision, guess.scale) : arrow::decimal128(precision, guess.scale);
    }
    case Kind::kExact:
      return guess.exact;
    case Kind::kList:
      return arrow::list(guess.item ? TypeOf(*guess.item) : arrow::null());
    case Kind::kStruct: {
      arrow::FieldVector fields;
      for (const auto& [name, field] : guess.fields) fields.push_back(arrow::field(name, TypeOf(*field)));
      return arrow::struct_(std::move(fields));
    }
  }
  return arrow::null();
}

}  // namespace

std::shared_ptr<arrow::DataType> InferType(nb::handle sequence) {
  if (PyDateTimeAPI == nullptr) PyDateTime_IMPORT;
  Guess guess;
  for (nb::handle value : nb::iter(sequence)) Add(&guess, value, 0);
  return TypeOf(guess);
}

}  // namespace bowstring::python
