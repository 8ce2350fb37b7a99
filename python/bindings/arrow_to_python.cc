// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "arrow_to_python.h"

#include <datetime.h>
#include <map>
#include <string>
#include <string_view>

#include <arrow/array.h>
#include <arrow/extension_type.h>
#include <arrow/type.h>
#include <arrow/util/float16.h>

namespace bowstring::python {
namespace {

constexpr int kMaxDepth = 64;

// Turns the values of one column: what is looked up by name is looked up once.
class Converter {
 public:
  Converter() {
    if (PyDateTimeAPI == nullptr) PyDateTime_IMPORT;
  }

  nb::object Value(const arrow::Array& array, int64_t i, int depth = 0) {
    if (depth > kMaxDepth) throw nb::value_error("the value is nested too deeply");
    using arrow::Type;
    const auto id = array.type_id();
    if (id == Type::RUN_END_ENCODED) {
      const auto& ree = static_cast<const arrow::RunEndEncodedArray&>(array);
      auto slice = array.Slice(i, 1);
      return Value(*ree.values(), static_cast<const arrow::RunEndEncodedArray&>(*slice).FindPhysicalOffset(),
                   depth + 1);
    }
    if (id == Type::SPARSE_UNION || id == Type::DENSE_UNION) return UnionValue(array, i, depth);
    if (array.IsNull(i)) return nb::none();
    switch (id) {
      case Type::BOOL:
        return nb::bool_(static_cast<const arrow::BooleanArray&>(array).Value(i));
      case Type::INT8:
        return nb::int_(static_cast<int>(static_cast<const arrow::Int8Array&>(array).Value(i)));
      case Type::INT16:
        return nb::int_(static_cast<int>(static_cast<const arrow::Int16Array&>(array).Value(i)));
      case Type::INT32:
        return nb::int_(static_cast<const arrow::Int32Array&>(array).Value(i));
      case Type::INT64:
        return nb::int_(static_cast<const arrow::Int64Array&>(array).Value(i));
      case Type::UINT8:
        return nb::int_(static_cast<int>(static_cast<const arrow::UInt8Array&>(array).Value(i)));
      case Type::UINT16:
        return nb::int_(static_cast<int>(static_cast<const arrow::UInt16Array&>(array).Value(i)));
      case Type::UINT32:
        return nb::int_(static_cast<const arrow::UInt32Array&>(array).Value(i));
      case Type::UINT64:
        return nb::int_(static_cast<const arrow::UInt64Array&>(array).Value(i));
      case Type::HALF_FLOAT:
        return nb::float_(
            arrow::util::Float16::FromBits(static_cast<const arrow::HalfFloatArray&>(array).Value(i)).ToDouble());
      case Type::FLOAT:
        return nb::float_(static_cast<double>(static_cast<const arrow::FloatArray&>(array).Value(i)));
      case Type::DOUBLE:
        return nb::float_(static_cast<const arrow::DoubleArray&>(array).Value(i));
      case Type::STRING:
        return Text(static_cast<const arrow::StringArray&>(array).GetView(i));
      case Type::LARGE_STRING:
        return Text(static_cast<const arrow::LargeStringArray&>(array).GetView(i));
      case Type::STRING_VIEW:
        return Text(static_cast<const arrow::StringViewArray&>(array).GetView(i));
      case Type::BINARY:
        return Bytes(static_cast<const arrow::BinaryArray&>(array).GetView(i));
      case Type::LARGE_BINARY:
        return Bytes(static_cast<const arrow::LargeBinaryArray&>(array).GetView(i));
      case Type::BINARY_VIEW:
        return Bytes(static_cast<const arrow::BinaryViewArray&>(array).GetView(i));
      case Type::FIXED_SIZE_BINARY:
        return Bytes(static_cast<const arrow::FixedSizeBinaryArray&>(array).GetView(i));
      case Type::DECIMAL32:
        return Decimal(static_cast<const arrow::Decimal32Array&>(array).FormatValue(i));
      case Type::DECIMAL64:
        return Decimal(static_cast<const arrow::Decimal64Array&>(array).FormatValue(i));
      case Type::DECIMAL128:
        return Decimal(static_cast<const arrow::Decimal128Array&>(array).FormatValue(i));
      case Type::DECIMAL256:
        return Decimal(static_cast<const arrow::Decimal256Array&>(array).FormatValue(i));
      case Type::DATE32:
        return Date(static_cast<const arrow::Date32Array&>(array).Value(i));
      case Type::DATE64:
        return Date(static_cast<const arrow::Date64Array&>(array).Value(i) / 86400000);
      case Type::TIME32:
        return Time(static_cast<const arrow::Time32Array&>(array).Value(i),
                    static_cast<const arrow::TimeType&>(*array.type()).unit());
      case Type::TIME64:
        return Time(static_cast<const arrow::Time64Array&>(array).Value(i),
                    static_cast<const arrow::TimeType&>(*array.type()).unit());
      case Type::TIMESTAMP:
        return Timestamp(static_cast<const arrow::TimestampArray&>(array).Value(i),
                         static_cast<const arrow::TimestampType&>(*array.type()));
      case Type::DURATION:
        return Duration(static_cast<const arrow::DurationArray&>(array).Value(i),
                        static_cast<const arrow::DurationType&>(*array.type()).unit());
      case Type::INTERVAL_MONTHS:
        return nb::make_tuple(static_cast<const arrow::MonthIntervalArray&>(array).Value(i), 0, 0);
      case Type::INTERVAL_DAY_TIME: {
        const auto value = static_cast<const arrow::DayTimeIntervalArray&>(array).GetValue(i);
        return nb::make_tuple(0, value.days, static_cast<int64_t>(value.milliseconds) * 1000000);
      }
      case Type::INTERVAL_MONTH_DAY_NANO: {
        const auto value = static_cast<const arrow::MonthDayNanoIntervalArray&>(array).GetValue(i);
        return nb::make_tuple(value.months, value.days, value.nanoseconds);
      }
      case Type::LIST:
        return Items(static_cast<const arrow::ListArray&>(array), i, depth);
      case Type::LARGE_LIST:
        return Items(static_cast<const arrow::LargeListArray&>(array), i, depth);
      case Type::FIXED_SIZE_LIST:
        return Items(static_cast<const arrow::FixedSizeListArray&>(array), i, depth);
      case Type::LIST_VIEW:
        return Items(static_cast<const arrow::ListViewArray&>(array), i, depth);
      case Type::LARGE_LIST_VIEW:
        return Items(static_cast<const arrow::LargeListViewArray&>(array), i, depth);
      case Type::MAP: {
        const auto& map = static_cast<const arrow::MapArray&>(array);
        nb::list out;
        for (int64_t j = map.value_offset(i); j < map.value_offset(i + 1); ++j) {
          out.append(nb::make_tuple(Value(*map.keys(), j, depth + 1), Value(*map.items(), j, depth + 1)));
        }
        return out;
      }
      case Type::STRUCT: {
        const auto& rows = static_cast<const arrow::StructArray&>(array);
        nb::dict out;
        for (int f = 0; f < rows.num_fields(); ++f) {
          out[Text(rows.struct_type()->field(f)->name())] = Value(*rows.field(f), i, depth + 1);
        }
        return out;
      }
      case Type::DICTIONARY: {
        const auto& encoded = static_cast<const arrow::DictionaryArray&>(array);
        return Value(*encoded.dictionary(), encoded.GetValueIndex(i), depth + 1);
      }
      case Type::EXTENSION:
        return Value(*static_cast<const arrow::ExtensionArray&>(array).storage(), i, depth + 1);
      default:
        throw nb::type_error(("values of type " + array.type()->ToString() + " have no form in Python").c_str());
    }
  }

 private:
  static nb::object Text(std::string_view text) {
    PyObject* out = PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), nullptr);
    if (out == nullptr) throw nb::python_error();
    return nb::steal(out);
  }
  static nb::object Bytes(std::string_view bytes) { return nb::bytes(bytes.data(), bytes.size()); }

  static nb::object Checked(PyObject* object) {
    if (object == nullptr) throw nb::python_error();
    return nb::steal(object);
  }

  nb::object Decimal(const std::string& text) {
    if (!decimal_.is_valid()) decimal_ = nb::module_::import_("decimal").attr("Decimal");
    return decimal_(nb::str(text.c_str()));
  }

  // Days since 1970 by the difference to a date that Python has: no calendar of our own.
  nb::object Date(int64_t days) {
    if (!date_from_ordinal_.is_valid())
      date_from_ordinal_ = nb::module_::import_("datetime").attr("date").attr("fromordinal");
    return date_from_ordinal_(days + 719163);
  }

  static int64_t PerSecond(arrow::TimeUnit::type unit) {
    switch (unit) {
      case arrow::TimeUnit::SECOND:
        return 1;
      case arrow::TimeUnit::MILLI:
        return 1000;
      case arrow::TimeUnit::MICRO:
        return 1000000;
      case arrow::TimeUnit::NANO:
        return 1000000000;
    }
    return 1;
  }

  // Floored parts of a value in a unit: seconds, microseconds, and nanoseconds below one microsecond.
  struct Parts {
    int64_t seconds, micros, nanos;
  };
  static Parts Split(int64_t value, arrow::TimeUnit::type unit) {
    const int64_t per = PerSecond(unit);
    int64_t seconds = value / per, rest = value % per;
    if (rest < 0) {
      rest += per;
      --seconds;
    }
    const int64_t nanos = rest * (1000000000 / per);
    return {seconds, nanos / 1000, nanos % 1000};
  }

  nb::object Time(int64_t value, arrow::TimeUnit::type unit) {
    const auto parts = Split(value, unit);
    if (parts.nanos != 0) throw nb::value_error("a time with nanoseconds has no form in Python");
    const int seconds = static_cast<int>(parts.seconds);
    return Checked(PyTime_FromTime(seconds / 3600, seconds / 60 % 60, seconds % 60, static_cast<int>(parts.micros)));
  }

  nb::object Duration(int64_t value, arrow::TimeUnit::type unit) {
    const auto parts = Split(value, unit);
    if (parts.nanos != 0) return Pandas("Timedelta")(nb::int_(value), nb::str("ns"));
    int64_t days = parts.seconds / 86400, seconds = parts.seconds % 86400;
    if (seconds < 0) {
      seconds += 86400;
      --days;
    }
    return Checked(PyDelta_FromDSU(static_cast<int>(days), static_cast<int>(seconds), static_cast<int>(parts.micros)));
  }

  nb::object Timestamp(int64_t value, const arrow::TimestampType& type) {
    const auto parts = Split(value, type.unit());
    nb::object zone = Zone(type.timezone());
    if (parts.nanos != 0) return Pandas("Timestamp")(nb::int_(value), nb::arg("unit") = "ns", nb::arg("tz") = zone);
    if (!epoch_.is_valid()) epoch_ = Checked(PyDateTime_FromDateAndTime(1970, 1, 1, 0, 0, 0, 0));
    int64_t days = parts.seconds / 86400, seconds = parts.seconds % 86400;
    if (seconds < 0) {
      seconds += 86400;
      --days;
    }
    nb::object utc = epoch_ + Checked(PyDelta_FromDSU(static_cast<int>(days), static_cast<int>(seconds),
                                                      static_cast<int>(parts.micros)));
    if (zone.is_none()) return utc;
    return zone.attr("fromutc")(utc.attr("replace")(nb::arg("tzinfo") = zone));
  }

  nb::object Zone(const std::string& name) {
    if (name.empty()) return nb::none();
    auto& zone = zones_[name];
    if (!zone.is_valid()) zone = nb::module_::import_("bowstring._values").attr("zone")(nb::str(name.c_str()));
    return zone;
  }

  static nb::object Pandas(const char* name) {
    try {
      return nb::module_::import_("pandas").attr(name);
    } catch (nb::python_error&) {
      throw nb::value_error("a value with nanoseconds has no form in Python; pandas would be needed for it");
    }
  }

  template <typename ArrayType>
  nb::object Items(const ArrayType& lists, int64_t i, int depth) {
    nb::list out;
    const auto& values = *lists.values();
    const int64_t begin = lists.value_offset(i), length = lists.value_length(i);
    for (int64_t j = begin; j < begin + length; ++j) out.append(Value(values, j, depth + 1));
    return out;
  }

  nb::object UnionValue(const arrow::Array& array, int64_t i, int depth) {
    const auto& values = static_cast<const arrow::UnionArray&>(array);
    const int child = values.child_id(i);
    const bool dense = array.type_id() == arrow::Type::DENSE_UNION;
    return Value(*values.field(child), dense ? static_cast<const arrow::DenseUnionArray&>(array).value_offset(i) : i,
                 depth + 1);
  }

  nb::object decimal_, date_from_ordinal_, epoch_;
  std::map<std::string, nb::object> zones_;
};

}  // namespace

nb::object ValueAt(const arrow::Array& array, int64_t i) { return Converter().Value(array, i); }

nb::list ToList(const arrow::Array& array) {
  Converter converter;
  nb::list out;
  for (int64_t i = 0; i < array.length(); ++i) out.append(converter.Value(array, i));
  return out;
}

}  // namespace bowstring::python
