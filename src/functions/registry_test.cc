// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/registry.h"

#include <set>

#include <arrow/compute/exec.h>
#include <arrow/scalar.h>
#include <arrow/type.h>
#include <gtest/gtest.h>

#include <bowstring/error.h>

#include "functions/simple_function.h"
#include "functions/strftime.h"
#include "functions/time_zone.h"
#include "functions/type_names.h"

namespace bowstring {
namespace {

// Calls a function on text constants.
std::string CallTexts(const std::string& name, const std::vector<std::string>& values) {
  arrow::compute::ExecContext exec(arrow::default_memory_pool(), nullptr);
  KernelContext context;
  context.exec = &exec;
  Arguments arguments;
  std::vector<arrow::Datum> datums;
  for (const auto& value : values) {
    std::shared_ptr<arrow::Scalar> scalar = std::make_shared<arrow::StringScalar>(value);
    arguments.push_back({arrow::field("x", arrow::utf8()), scalar});
    datums.emplace_back(scalar);
  }
  auto call = FindBuiltinScalar(name)->Resolve(arguments);
  if (!call.ok()) return ErrorText(call.status());
  auto out = call->kernel(context, datums, 1);
  if (!out.ok()) return ErrorText(out.status());
  if (IsBytes(*out->scalar()->type)) return std::string(static_cast<const arrow::BaseBinaryScalar&>(*out->scalar()).view());
  return out->scalar()->ToString();
}

TEST(Registry, EveryFunctionIsDocumentedAndNamedOnce) {
  std::set<std::string> names;
  for (const auto& function : BuiltinScalars()) {
    EXPECT_TRUE(names.insert(function->name()).second) << function->name();
    for (const auto& alias : function->aliases()) EXPECT_TRUE(names.insert(alias).second) << alias;
    EXPECT_FALSE(function->doc().family.empty()) << function->name();
    EXPECT_FALSE(function->doc().description.empty()) << function->name();
    EXPECT_TRUE(function->doc().syntax.starts_with(function->name())) << function->name();
  }
  EXPECT_GT(BuiltinScalars().size(), 120u);
}

TEST(Registry, SparkFunctionsOfTexts) {
  EXPECT_EQ(CallTexts("spark_crc32", {"abc"}), "891568578");
  EXPECT_EQ(CallTexts("spark_xxhash64", {"abc"}), "1423657621850124518");
  EXPECT_EQ(CallTexts("spark_xxhash64", {""}), "-7444071767201028348");
  EXPECT_EQ(CallTexts("spark_sha1", {"abc"}), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(CallTexts("spark_hex", {"abc"}), "616263");
  EXPECT_EQ(CallTexts("spark_unhex", {"4D7953"}), "MyS");
  EXPECT_EQ(CallTexts("spark_base64", {"a"}), "YQ==");
  EXPECT_EQ(CallTexts("spark_soundex", {"Robert"}), "R163");
  EXPECT_EQ(CallTexts("spark_soundex", {"123"}), "123");
  EXPECT_EQ(CallTexts("spark_luhn_check", {"79927398713"}), "true");
  EXPECT_EQ(CallTexts("spark_luhn_check", {"79927398710"}), "false");
  EXPECT_EQ(CallTexts("spark_quote", {"Don't"}), "'Don\\'t'");
  EXPECT_EQ(CallTexts("spark_concat", {"a", "b"}), "ab");
  EXPECT_EQ(CallTexts("spark_url_encode", {"a b?c=\xC3\xA4"}), "a+b%3Fc%3D%C3%A4");
  EXPECT_EQ(CallTexts("spark_url_decode", {"a+b%20c"}), "a b c");
  EXPECT_EQ(CallTexts("spark_try_url_decode", {"%zz"}), "null");
  const std::string url = "http://user:pw@spark.apache.org:8080/path?query=1&b=2#Ref";
  EXPECT_EQ(CallTexts("spark_parse_url", {url, "HOST"}), "spark.apache.org");
  EXPECT_EQ(CallTexts("spark_parse_url", {url, "QUERY", "b"}), "2");
  EXPECT_EQ(CallTexts("spark_parse_url", {url, "FILE"}), "/path?query=1&b=2");
  EXPECT_EQ(CallTexts("spark_parse_url", {"nope", "HOST"}), "null");
  EXPECT_EQ(CallTexts("spark_format_string", {"%2$s-%1$5s|", "a", "b"}), "b-    a|");
}

TEST(Registry, UsersFunctionsLieOverBuiltIns) {
  ScalarRegistry registry;
  EXPECT_EQ(registry.Find("nope"), nullptr);
  EXPECT_EQ(ErrorText(registry.Get("uper").status()), "Error during planning: Invalid function 'uper'.\nDid you mean 'upper'?");
  FunctionSpec spec;
  spec.name = "upper";
  spec.resolve = [](const Arguments&) -> arrow::Result<ResolvedCall> { return ResolvedCall{}; };
  auto own = MakeFunction(std::move(spec));
  registry.Register(own);
  EXPECT_EQ(registry.Find("upper"), own);
  EXPECT_TRUE(registry.Deregister("upper"));
  EXPECT_EQ(registry.Find("upper"), FindBuiltinScalar("upper"));
  EXPECT_FALSE(registry.Deregister("upper"));
}

TEST(Registry, WrongArgumentsNameTheSignature) {
  const std::string text = CallTexts("upper", {"a", "b"});
  EXPECT_NE(text.find("Function 'upper' expects 1 arguments but received 2. No function matches"), std::string::npos) << text;
  EXPECT_NE(text.find("upper(str)"), std::string::npos) << text;
}

TEST(Digest, KnownValues) {
  EXPECT_EQ(CallTexts("md5", {""}), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(CallTexts("md5", {"The quick brown fox jumps over the lazy dog"}), "9e107d9d372bb6826bd81d3542a419d6");
  EXPECT_EQ(CallTexts("encode", {CallTexts("sha256", {"abc"}), "hex"}), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(CallTexts("encode", {CallTexts("sha224", {"abc"}), "hex"}), "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
  EXPECT_EQ(CallTexts("encode", {CallTexts("sha512", {"abc"}), "hex"}),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
  EXPECT_EQ(CallTexts("encode", {CallTexts("sha384", {"abc"}), "hex"}), "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
  EXPECT_EQ(CallTexts("encode", {"ab", "base64"}), "YWI");
  EXPECT_EQ(CallTexts("encode", {"ab", "base64pad"}), "YWI=");
  EXPECT_EQ(CallTexts("decode", {"YWI=", "base64"}), "ab");
  EXPECT_EQ(CallTexts("decode", {"6162", "hex"}), "ab");
  EXPECT_EQ(CallTexts("decode", {"6", "hex"}), "Execution error: Failed to decode value using hex");
}

TEST(TypeNames, ReadWhatTheyWrite) {
  for (auto type : {arrow::int8(), arrow::utf8_view(), arrow::timestamp(arrow::TimeUnit::NANO, "Europe/Berlin"), arrow::decimal128(5, 2), arrow::decimal64(10, 3), arrow::list(arrow::field("x", arrow::int32(), false)),
                    arrow::fixed_size_list(arrow::int8(), 3), arrow::struct_({arrow::field("a", arrow::utf8(), false), arrow::field("b", arrow::list(arrow::int64()))}), arrow::map(arrow::utf8(), arrow::int32()),
                    arrow::dictionary(arrow::int8(), arrow::utf8()), arrow::month_day_nano_interval(), arrow::duration(arrow::TimeUnit::MICRO), arrow::fixed_size_binary(4)}) {
    auto back = ParseTypeName(TypeName(*type));
    ASSERT_TRUE(back.ok()) << TypeName(*type) << back.status().ToString();
    EXPECT_EQ(TypeName(**back), TypeName(*type));
  }
  EXPECT_TRUE((*ParseTypeName("Timestamp(Nanosecond, Some(\"UTC\"))"))->Equals(*arrow::timestamp(arrow::TimeUnit::NANO, "UTC")));
  EXPECT_FALSE(ParseTypeName("Int7").ok());
  EXPECT_FALSE(ParseTypeName("List(").ok());
}

TEST(TimeZones, OffsetsThroughTheYear) {
  auto berlin = TimeZone::Find("Europe/Berlin");
  ASSERT_TRUE(berlin.ok()) << berlin.status().ToString();
  EXPECT_EQ((*berlin)->OffsetAt(1704067200), 3600);    // 2024-01-01
  EXPECT_EQ((*berlin)->OffsetAt(1719792000), 7200);    // 2024-07-01
  EXPECT_EQ((*berlin)->OffsetAt(32503680000), 3600);   // 3000-01-01, by the rule
  EXPECT_EQ((*berlin)->OffsetAt(32519318400), 7200);   // 3000-07-01
  EXPECT_EQ((*berlin)->ToUtc(1711852200), std::nullopt);  // 2024-03-31 02:30 doesn't exist
  EXPECT_EQ((*(*TimeZone::Find("+05:30"))).OffsetAt(0), 19800);
  EXPECT_FALSE(TimeZone::Find("No/Where").ok());
  EXPECT_FALSE(TimeZone::Find("../etc/passwd").ok());
}

TEST(Strftime, BothWays) {
  std::string out;
  ASSERT_TRUE(FormatMoment(1582979696, 789012000, std::nullopt, "%Y-%m-%d %H:%M:%S%.6f %a %b %j %I %p %e", &out));
  EXPECT_EQ(out, "2020-02-29 12:34:56.789012 Sat Feb 060 12 PM 29");
  EXPECT_EQ(ParseWithFormat("29/02/2020 12:34", "%d/%m/%Y %H:%M")->seconds, 1582979640);
  EXPECT_EQ(ParseWithFormat("2020-02-29 12:34:56.5 +02:00", "%Y-%m-%d %H:%M:%S%.f %:z")->seconds, 1582972496);
  EXPECT_EQ(ParseWithFormat("Feb 29, 2020 1:05 PM", "%b %d, %Y %I:%M %p")->seconds, 1582981500);
  EXPECT_FALSE(ParseWithFormat("2020-02-30", "%Y-%m-%d").has_value());
  EXPECT_FALSE(ParseWithFormat("2020-02-29x", "%Y-%m-%d").has_value());
}

}  // namespace
}  // namespace bowstring
