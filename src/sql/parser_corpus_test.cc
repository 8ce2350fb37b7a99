// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// The statements of tests/sql/parser/*.txt: what each prints as, or where and why it is refused.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sql/ast_print.h"
#include "sql/parser.h"
#include "sql/sql_error.h"

namespace bowstring::sql {
namespace {

struct Case {
  std::string where;  // file:line
  std::string text;
  std::vector<std::string> printed;
  std::string error;
};

// The folder above the working directory, or above this program, that holds the corpus.
std::filesystem::path CorpusFolder() {
  for (auto start : {std::filesystem::current_path(), std::filesystem::read_symlink("/proc/self/exe").parent_path()}) {
    for (auto at = start; at != at.root_path(); at = at.parent_path()) {
      if (std::filesystem::is_directory(at / "tests/sql/parser")) return at / "tests/sql/parser";
    }
  }
  return {};
}

void ReadCases(const std::filesystem::path& file, std::vector<Case>* out) {
  std::ifstream in(file);
  std::string line;
  int number = 0;
  Case current;
  const auto flush = [&] {
    if (!current.text.empty()) out->push_back(current);
    current = Case();
  };
  while (std::getline(in, line)) {
    ++number;
    if (line.empty()) {
      flush();
    } else if (line[0] == '#') {
      continue;
    } else if (line == "=") {
      current.printed.push_back(current.text);
    } else if (line.starts_with("-> ")) {
      current.printed.push_back(line.substr(3));
    } else if (line.starts_with("!! ")) {
      current.error = line.substr(3);
    } else {
      if (current.text.empty()) current.where = file.filename().string() + ":" + std::to_string(number);
      current.text += (current.text.empty() ? "" : "\n") + line;
    }
  }
  flush();
}

std::vector<Case> AllCases() {
  std::vector<Case> cases;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(CorpusFolder())) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) ReadCases(file, &cases);
  return cases;
}

std::vector<std::string> Printed(const std::vector<StatementPtr>& statements) {
  std::vector<std::string> out;
  for (const auto& statement : statements) out.push_back(ToSql(*statement));
  return out;
}

TEST(ParserCorpus, PrintsOrRefusesAsWritten) {
  ASSERT_FALSE(CorpusFolder().empty()) << "tests/sql/parser not found above the working directory";
  const auto cases = AllCases();
  ASSERT_GE(cases.size(), 700u);
  for (const auto& c : cases) {
    SCOPED_TRACE(c.where + ": " + c.text);
    ASSERT_NE(c.printed.empty(), c.error.empty()) << "a case prints or is refused, not both";
    const auto parsed = ParseStatements(c.text);
    if (c.error.empty()) {
      ASSERT_TRUE(parsed.ok()) << parsed.status().message();
      EXPECT_EQ(Printed(*parsed), c.printed);
      continue;
    }
    ASSERT_FALSE(parsed.ok()) << "prints " << ::testing::PrintToString(Printed(*parsed));
    const auto* detail = SqlErrorDetailOf(parsed.status());
    ASSERT_NE(detail, nullptr);
    EXPECT_EQ(KindOf(parsed.status()), ErrorKind::kSql);
    const std::string message = parsed.status().message();
    EXPECT_EQ(std::to_string(detail->position().line) + ":" + std::to_string(detail->position().column) + " " +
                  message.substr(0, message.find('\n')),
              c.error);
    EXPECT_EQ(message.back(), '^');
  }
}

TEST(ParserCorpus, PrintingAndParsingAgain) {
  for (const auto& c : AllCases()) {
    for (const auto& text : c.printed) {
      SCOPED_TRACE(c.where + ": " + text);
      const auto again = ParseStatements(text);
      ASSERT_TRUE(again.ok()) << again.status().message();
      EXPECT_EQ(Printed(*again), std::vector<std::string>{text});
    }
  }
}

// Any text cut anywhere parses or is refused with a place inside it.
TEST(ParserCorpus, CutStatements) {
  for (const auto& c : AllCases()) {
    for (size_t length = 0; length < c.text.size(); ++length) {
      const auto parsed = ParseStatements(c.text.substr(0, length));
      if (parsed.ok()) continue;
      const auto* detail = SqlErrorDetailOf(parsed.status());
      ASSERT_NE(detail, nullptr) << c.text.substr(0, length) << ": " << parsed.status().ToString();
      ASSERT_LE(detail->span().begin, length);
    }
  }
}

}  // namespace
}  // namespace bowstring::sql
