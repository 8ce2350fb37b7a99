// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include <bowstring/plugin_loader.h>

#include <dlfcn.h>

#include <array>

#include <arrow/array.h>
#include <arrow/array/util.h>
#include <arrow/c/bridge.h>
#include <arrow/compute/exec.h>
#include <arrow/datum.h>
#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/type_traits.h>

#include <bowstring/c_data.h>
#include <bowstring/error.h>
#include <bowstring/function.h>
#include <bowstring/plugin_abi.h>
#include <bowstring/session.h>

namespace bowstring {

using arrow::Result;

namespace {

bool IsText(const arrow::DataType& type) {
  return arrow::is_base_binary_like(type.id()) || type.id() == arrow::Type::STRING_VIEW || type.id() == arrow::Type::BINARY_VIEW;
}

bool IsNumber(const arrow::DataType& type) { return arrow::is_integer(type.id()) || arrow::is_floating(type.id()) || arrow::is_decimal(type.id()); }

/// Whether values of one type are given to a function of another without being asked for.
bool Taken(const arrow::DataType& from, const arrow::DataType& to) {
  if (from.Equals(to) || from.id() == arrow::Type::NA) return true;
  if (IsText(from)) return IsText(to);
  return IsNumber(from) && IsNumber(to) && !(arrow::is_integer(to.id()) && !arrow::is_integer(from.id()));
}

Result<std::shared_ptr<arrow::DataType>> TypeOf(const char* format) {
  if (format == nullptr) return Error(ErrorKind::kPlan, "a type without a format");
  ArrowSchema schema{format, "", nullptr, ARROW_FLAG_NULLABLE, 0, nullptr, nullptr, [](ArrowSchema* self) { self->release = nullptr; }, nullptr};
  return arrow::ImportType(&schema);
}

struct ReleasedArrays {
  std::vector<ArrowArray> arrays;
  ~ReleasedArrays() {
    for (auto& array : arrays) {
      if (array.release != nullptr) array.release(&array);
    }
  }
};

class PluginFunction final : public ScalarFunction {
 public:
  static Result<std::shared_ptr<PluginFunction>> Make(const BowstringFunction& description) {
    if (description.name == nullptr || description.call == nullptr || description.n_arguments < 0 || description.volatility < 0 || description.volatility > 2) {
      return Error(ErrorKind::kPlan, "a function without a name, a call or a volatility");
    }
    auto out = std::make_shared<PluginFunction>();
    out->name_ = description.name;
    out->doc_ = {"user", description.description != nullptr ? description.description : "", out->name_ + "(...)", ""};
    out->volatility_ = static_cast<Volatility>(description.volatility);
    out->call_ = description.call;
    for (int64_t i = 0; i < description.n_arguments; ++i) {
      ARROW_ASSIGN_OR_RAISE(auto type, TypeOf(description.arguments[i]));
      out->arguments_.push_back(std::move(type));
    }
    ARROW_ASSIGN_OR_RAISE(auto type, TypeOf(description.result));
    out->result_ = arrow::field("value", std::move(type));
    return out;
  }

  const std::string& name() const override { return name_; }
  Volatility volatility() const override { return volatility_; }
  const FunctionDoc& doc() const override { return doc_; }

  Result<ResolvedCall> Resolve(const std::vector<ArgumentInfo>& arguments) const override {
    bool fits = arguments.size() == arguments_.size();
    for (size_t i = 0; fits && i < arguments.size(); ++i) fits = Taken(*arguments[i].field->type(), *arguments_[i]);
    if (!fits) {
      std::string given, wanted;
      for (const auto& argument : arguments) given += (given.empty() ? "" : ", ") + argument.field->type()->ToString();
      for (const auto& type : arguments_) wanted += (wanted.empty() ? "" : ", ") + type->ToString();
      return Error(ErrorKind::kPlan, "Failed to coerce arguments to satisfy a call to '", name_, "' function: given (", given, "), it takes (", wanted, ")");
    }
    ResolvedCall out;
    out.argument_types = arguments_;
    out.result = result_;
    out.fallible = true;
    out.kernel = [name = name_, call = call_, result = result_->type(), is_volatile = volatility_ == Volatility::kVolatile](
                     KernelContext& context, const std::vector<arrow::Datum>& values, int64_t rows) -> Result<arrow::Datum> {
      bool constant = !values.empty() && !is_volatile;
      for (const auto& value : values) constant = constant && value.is_scalar();
      const int64_t length = constant ? 1 : rows;
      ReleasedArrays arguments;
      arguments.arrays.reserve(values.size());
      for (const auto& value : values) {
        std::shared_ptr<arrow::Array> array;
        if (value.is_array()) {
          array = value.make_array();
        } else {
          ARROW_ASSIGN_OR_RAISE(array, arrow::MakeArrayFromScalar(*value.scalar(), length, context.exec->memory_pool()));
        }
        arguments.arrays.emplace_back();
        arguments.arrays.back().release = nullptr;
        ARROW_RETURN_NOT_OK(arrow::ExportArray(*array, &arguments.arrays.back()));
      }
      ArrowArray answer{};
      std::array<char, 512> error{};
      if (call(arguments.arrays.data(), length, &answer, error.data(), error.size()) != 0) {
        return Error(ErrorKind::kExecution, "function ", name, " of a plug-in failed: ", error.data());
      }
      ARROW_RETURN_NOT_OK(CheckArray(answer, *result));
      ARROW_ASSIGN_OR_RAISE(auto array, arrow::ImportArray(&answer, result));
      if (array->length() != length) {
        return Error(ErrorKind::kExecution, "function ", name, " of a plug-in returned a different number of rows than expected. Expected: ", length,
                     ", Got: ", array->length());
      }
      if (constant) return array->GetScalar(0);
      return arrow::Datum(std::move(array));
    };
    return out;
  }

 private:
  std::string name_;
  FunctionDoc doc_;
  Volatility volatility_ = Volatility::kImmutable;
  std::vector<std::shared_ptr<arrow::DataType>> arguments_;
  std::shared_ptr<arrow::Field> result_;
  decltype(BowstringFunction::call) call_ = nullptr;
};

}  // namespace

Result<std::vector<std::string>> LoadPlugin(const SessionContext& session, const std::string& path) {
  // Never unloaded: expressions that use its functions may outlive the session.
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return Error(ErrorKind::kIo, "the plug-in '", path, "' can't be loaded: ", dlerror());
  const auto entry = reinterpret_cast<const BowstringPlugin* (*)()>(dlsym(library, "bowstring_plugin"));
  if (entry == nullptr) return Error(ErrorKind::kPlan, "'", path, "' is no plug-in: it has no function bowstring_plugin()");
  const BowstringPlugin* plugin = entry();
  if (plugin == nullptr || plugin->abi != BOWSTRING_PLUGIN_ABI) {
    return Error(ErrorKind::kPlan, "the plug-in '", path, "' was built for version ", plugin == nullptr ? 0 : plugin->abi, " of the interface, this engine has version ",
                 BOWSTRING_PLUGIN_ABI);
  }
  std::vector<std::shared_ptr<PluginFunction>> functions;  // all or none
  for (int64_t i = 0; i < plugin->n_functions; ++i) {
    auto function = PluginFunction::Make(plugin->functions[i]);
    if (!function.ok()) return Error(ErrorKind::kPlan, "the plug-in '", path, "': function ", i, ": ", function.status().message());
    functions.push_back(*std::move(function));
  }
  std::vector<std::string> names;
  for (auto& function : functions) {
    names.push_back(function->name());
    ARROW_RETURN_NOT_OK(session.RegisterFunction(std::shared_ptr<const ScalarFunction>(std::move(function))));
  }
  return names;
}

}  // namespace bowstring
