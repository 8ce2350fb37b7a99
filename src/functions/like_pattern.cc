// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

#include "functions/like_pattern.h"

#include <algorithm>
#include <bit>
#include <cstring>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "functions/utf8.h"

namespace bowstring {
namespace {

// As find(), for many short texts: places where the first and the last byte fit are looked for sixteen at a time
// (W. Mula, "SIMD-friendly algorithms for substring searching").
size_t FindBytes(std::string_view text, std::string_view what, size_t from) {
#ifdef __SSE2__
  if (what.size() >= 2 && text.size() >= from + what.size() + 15) {
    const __m128i first = _mm_set1_epi8(what.front()), last = _mm_set1_epi8(what.back());
    const size_t end = text.size() - what.size() + 1;  // of places, at least 16 behind `from`
    for (size_t at = from;; at = std::min(at + 16, end - 16)) {
      const __m128i begins = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
      const __m128i ends = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at + what.size() - 1));
      auto fits = static_cast<uint32_t>(_mm_movemask_epi8(_mm_and_si128(_mm_cmpeq_epi8(begins, first), _mm_cmpeq_epi8(ends, last))));
      for (; fits != 0; fits &= fits - 1) {
        const size_t place = at + static_cast<size_t>(std::countr_zero(fits));
        if (std::memcmp(text.data() + place + 1, what.data() + 1, what.size() - 2) == 0) return place;
      }
      if (at + 16 == end) return std::string_view::npos;
    }
  }
#endif
  return text.find(what, from);
}

}  // namespace

LikeMatcher::LikeMatcher(std::string_view raw, bool fold_case, std::optional<char> escape) : fold_case_(fold_case) {
  std::string folded;
  if (fold_case) {
    FoldCase(raw, &folded);
    raw = folded;
  }
  const char escape_char = escape.value_or('\\');
  Piece piece;
  bool free = false;
  auto finish_run = [&] {
    piece.runs.push_back(std::move(piece.text));
    piece.text.clear();
  };
  auto finish_piece = [&] {
    if (free) finish_run();
    free = false;
    if (piece.plain() ? !piece.text.empty() : true) {
      piece.least = piece.text.size();
      for (size_t r = 0; r < piece.runs.size(); ++r) piece.least += piece.runs[r].size() + (r > 0 ? 1 : 0);
      pieces_.push_back(std::move(piece));
    }
    piece = {};
  };
  bool last_any = false;
  for (size_t i = 0; i < raw.size(); ++i) {
    last_any = false;
    if (raw[i] == escape_char && i + 1 < raw.size()) {
      piece.text += raw[++i];
    } else if (raw[i] == '%') {
      if (pieces_.empty() && piece.text.empty() && !free) open_begin_ = true;
      finish_piece();
      last_any = true;
    } else if (raw[i] == '_') {
      free = true;
      finish_run();
    } else {
      piece.text += raw[i];
    }
  }
  finish_piece();
  open_end_ = last_any;
}

int64_t LikeMatcher::Take(const Piece& piece, std::string_view text) {
  if (piece.plain()) return text.substr(0, piece.text.size()) == piece.text ? static_cast<int64_t>(piece.text.size()) : -1;
  size_t at = 0;
  for (size_t r = 0; r < piece.runs.size(); ++r) {
    if (r > 0) {
      if (at >= text.size()) return -1;
      at += Utf8Length(text, at);
    }
    if (text.substr(at, piece.runs[r].size()) != piece.runs[r]) return -1;
    at += piece.runs[r].size();
  }
  return static_cast<int64_t>(at);
}

int64_t LikeMatcher::Find(const Piece& piece, std::string_view text, size_t from, size_t* length) {
  if (piece.plain()) {
    const size_t at = FindBytes(text, piece.text, from);
    *length = piece.text.size();
    return at == std::string_view::npos ? -1 : static_cast<int64_t>(at);
  }
  for (size_t at = from; at + piece.least <= text.size(); at += Utf8Length(text, at)) {
    const int64_t taken = Take(piece, text.substr(at));
    if (taken >= 0) {
      *length = static_cast<size_t>(taken);
      return static_cast<int64_t>(at);
    }
    if (at >= text.size()) break;
  }
  return -1;
}

bool LikeMatcher::Matches(std::string_view text) const {
  if (!fold_case_) return MatchesFolded(text);
  thread_local std::string folded;
  folded.clear();
  FoldCase(text, &folded);
  return MatchesFolded(folded);
}

bool LikeMatcher::MatchesFolded(std::string_view text) const {
  if (pieces_.empty()) return open_begin_ || open_end_ || text.empty();
  size_t at = 0, first = 0, last = pieces_.size();
  if (!open_begin_) {
    const int64_t taken = Take(pieces_[0], text);
    if (taken < 0) return false;
    at = static_cast<size_t>(taken);
    first = 1;
    if (last == 1) return open_end_ || at == text.size();
  }
  // The last piece is bound to the end; what is between is found from left to right.
  if (!open_end_) --last;
  for (size_t p = first; p < last; ++p) {
    size_t length = 0;
    const int64_t found = Find(pieces_[p], text, at, &length);
    if (found < 0) return false;
    at = static_cast<size_t>(found) + length;
  }
  if (open_end_) return true;
  const Piece& end = pieces_.back();
  if (end.plain()) return text.size() >= at + end.text.size() && text.ends_with(end.text);
  for (size_t begin = at; begin + end.least <= text.size();) {
    const int64_t taken = Take(end, text.substr(begin));
    if (taken >= 0 && begin + static_cast<size_t>(taken) == text.size()) return true;
    if (begin >= text.size()) break;
    begin += Utf8Length(text, begin);
  }
  return false;
}

void FoldCase(std::string_view text, std::string* out) {
  out->reserve(out->size() + text.size());
  for (size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      *out += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
      ++i;
      continue;
    }
    char32_t code;
    const size_t length = DecodeUtf8(text, i, &code);
    if (length == 0) {
      *out += text[i++];
      continue;
    }
    AppendUtf8(ToLower(code), out);
    i += length;
  }
}

}  // namespace bowstring
