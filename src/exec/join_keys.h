// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include <arrow/api.h>

#include "exec/join_hash.h"
#include "exec/row_store.h"

namespace bowstring::exec {

/// How a value becomes words that are equal exactly where values are.
enum class JoinWordForm : uint8_t {
  kNothing,                                // the type NULL: matches nothing, or NULLs alone
  kBool, kSigned, kUnsigned,               // of `bytes` bytes
  kHalf, kFloat, kDouble,                  // -0.0 is 0.0, all NaN are one
  kBytes,                                  // `bytes` bytes, zeroes behind them
  kSignedWide,                             // 8 bytes signed, to 16
  kText,                                   // a reference; compared by what it refers to
  kSerial,                                 // any other type: its serialised form as text
};

struct JoinKeyPart {
  JoinWordForm probe = JoinWordForm::kNothing, build = JoinWordForm::kNothing;
  int probe_bytes = 0, build_bytes = 0;
  int first = 0;  ///< its first word
  int words = 1;
  bool integer() const { return words == 1 && (build == JoinWordForm::kSigned || build == JoinWordForm::kUnsigned); }
  bool text() const { return build == JoinWordForm::kText || build == JoinWordForm::kSerial; }
};

/// A join's keys as words. Immutable.
class JoinKeys {
 public:
  static arrow::Result<JoinKeys> Make(const JoinSpec& spec);
  int words() const { return words_; }  ///< with the word that says which keys are NULL
  bool nulls_match() const { return null_word_ >= 0; }
  int null_word() const { return null_word_; }
  const std::vector<JoinKeyPart>& parts() const { return parts_; }
  bool is_text(int word) const { return text_word_[word]; }
  bool any_text() const { return any_text_; }

  /// The evaluated key columns of a batch, dictionaries decoded, other types serialised. `rows` of the columns: the batch's selection.
  arrow::Result<std::vector<RowColumn>> Columns(TaskContext& context, const KernelContext& kernel,
                                                const std::vector<std::shared_ptr<const BoundExpr>>& exprs, const Batch& batch, bool build) const;

 private:
  std::vector<JoinKeyPart> parts_;
  std::vector<bool> text_word_;
  int words_ = 0, null_word_ = -1;
  bool any_text_ = false;
};

bool SameText(uint64_t a, uint64_t b);
uint64_t HashText(uint64_t ref);

/// Words and hashes of up to kRows rows.
struct JoinKeyBlock {
  static constexpr int64_t kRows = 1024;
  explicit JoinKeyBlock(const JoinKeys& keys) : words(keys.words() * kRows) {}
  /// Rows [begin, begin + n) of the columns.
  void Fill(const JoinKeys& keys, const std::vector<RowColumn>& columns, bool build, int64_t begin, int64_t n);
  const uint64_t* word(int w) const { return words.data() + w * kRows; }

  std::vector<uint64_t> words;  ///< word by word
  uint64_t hash[kRows];
  uint8_t null[kRows];          ///< matches nothing: a key is NULL (and NULLs don't match)
  std::deque<FarText> far;
};

inline uint64_t MixHash(uint64_t a, uint64_t b) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}
inline uint64_t HashWord(uint64_t hash, uint64_t word) { return MixHash(hash ^ word ^ 0x2d358dccaa6c78a5u, 0x9e3779b97f4a7c15u ^ hash); }
inline constexpr uint64_t kHashSeed = 0x8bb84b93962eacc9u;

}  // namespace bowstring::exec
