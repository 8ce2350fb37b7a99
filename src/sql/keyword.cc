// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0
#include "sql/keyword.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

namespace bowstring::sql {
namespace {

constexpr std::string_view kWords[] = {
    "",
#define BOWSTRING_SQL_KEYWORD(word) #word,
    BOWSTRING_SQL_KEYWORDS(BOWSTRING_SQL_KEYWORD)
#undef BOWSTRING_SQL_KEYWORD
};
constexpr size_t kLongestWord = 20;

}  // namespace

Keyword FindKeyword(std::string_view word) {
  static const auto* const words = [] {
    auto* map = new std::unordered_map<std::string_view, Keyword>;  // never destroyed: used until the process ends
    for (size_t i = 1; i < std::size(kWords); ++i) map->emplace(kWords[i], static_cast<Keyword>(i));
    return map;
  }();
  if (word.size() > kLongestWord) return Keyword::kNone;
  std::array<char, kLongestWord> upper;
  std::transform(word.begin(), word.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  const auto found = words->find(std::string_view(upper.data(), word.size()));
  return found == words->end() ? Keyword::kNone : found->second;
}

std::string_view ToString(Keyword keyword) { return kWords[static_cast<size_t>(keyword)]; }

// The lists are the peer's, measured word by word, so that a query with an alias such as `desc` means the same in both.
bool IsReservedForColumnAlias(Keyword keyword) {
  using enum Keyword;
  switch (keyword) {
    case kANALYZE: case kAND: case kAS: case kBETWEEN: case kCLUSTER: case kCOLLATE: case kDISTRIBUTE: case kDIV:
    case kEND: case kEXCEPT: case kEXCLUDE: case kEXPLAIN: case kFETCH: case kFROM: case kGROUP: case kHAVING:
    case kILIKE: case kIN: case kINTERSECT: case kINTO: case kIS: case kLATERAL: case kLIKE: case kLIMIT: case kMINUS: case kNOT:
    case kOFFSET: case kOR: case kORDER: case kOVERLAPS: case kQUALIFY: case kREGEXP: case kRETURNING: case kRLIKE:
    case kSELECT: case kSIMILAR: case kSORT: case kTOP: case kUNION: case kVALUES: case kVIEW: case kWHERE: case kWITH:
    case kXOR:
      return true;
    default:
      return false;
  }
}

bool IsReservedForTableAlias(Keyword keyword) {
  using enum Keyword;
  switch (keyword) {
    case kANALYZE: case kANTI: case kARRAY: case kAS: case kASOF: case kCLUSTER: case kCONNECT: case kCROSS:
    case kDISTRIBUTE: case kEND: case kEXCEPT: case kEXPLAIN: case kFETCH: case kFOR: case kFORMAT: case kFROM:
    case kFULL: case kGROUP: case kHAVING: case kINNER: case kINTERSECT: case kJOIN: case kLATERAL: case kLEFT:
    case kLIMIT: case kMATCH_CONDITION: case kMATCH_RECOGNIZE: case kMINUS: case kNATURAL: case kOFFSET: case kON:
    case kORDER: case kOUTER: case kOUTPUT: case kPARTITION: case kPIVOT: case kPREWHERE: case kQUALIFY: case kRETURNING:
    case kRIGHT: case kSAMPLE: case kSELECT: case kSEMI: case kSET: case kSETTINGS: case kSORT: case kSTART:
    case kTABLESAMPLE: case kUNION: case kUNPIVOT: case kUSING: case kVIEW: case kWHEN: case kWHERE: case kWINDOW:
    case kWITH:
      return true;
    default:
      return false;
  }
}

// The peer takes nearly any word as a column (`SELECT a, FROM FROM t`), and reports mistakes late and far from where they
// are. These are the ones that no query is likely to have as a column.
bool IsReservedForColumn(Keyword keyword) {
  using enum Keyword;
  switch (keyword) {
    case kAND: case kAS: case kBETWEEN: case kELSE: case kEXCEPT: case kFROM: case kGROUP: case kHAVING: case kILIKE:
    case kIN: case kINTERSECT: case kIS: case kLIKE: case kOR: case kORDER: case kSELECT: case kTHEN: case kUNION:
    case kWHEN: case kWHERE:
      return true;
    default:
      return false;
  }
}

bool IsReservedForTable(Keyword keyword) {
  using enum Keyword;
  switch (keyword) {
    case kAS: case kFROM: case kGROUP: case kHAVING: case kJOIN: case kON: case kORDER: case kSELECT: case kTABLE:
    case kUNION: case kWHERE:
      return true;
    default:
      return false;
  }
}

}  // namespace bowstring::sql
