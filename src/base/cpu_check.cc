// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// One sentence instead of SIGILL on a CPU below x86-64-v2. It must run before any constructor of libarrow, which needs
// the same instructions. Constructors of the libraries we depend on run before ours, but resolvers of indirect
// functions run while the loader still relocates, before all of them. So the check sits in such a resolver. It may use
// nothing that needs relocation: no libc, only CPUID and two system calls. This file alone is built for plain x86-64.
#if defined(__x86_64__) && defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

#include <cpuid.h>

namespace {

constexpr unsigned kLahf = 1u << 0;  // leaf 0x80000001, ecx
constexpr unsigned kLeaf1 = bit_SSE3 | bit_SSSE3 | bit_SSE4_1 | bit_SSE4_2 | bit_POPCNT | bit_CMPXCHG16B;

inline __attribute__((always_inline)) long SystemCall(long number, long a, long b, long c) {
  long result;
  asm volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return result;
}

inline __attribute__((always_inline)) bool CpuIsEnough() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  __cpuid(0, a, b, c, d);
  if (a < 1) return false;
  __cpuid(1, a, b, c, d);
  if ((c & kLeaf1) != kLeaf1) return false;
  __cpuid(0x80000000u, a, b, c, d);
  if (a < 0x80000001u) return false;
  __cpuid(0x80000001u, a, b, c, d);
  return (c & kLahf) != 0;
}

void Passed() {}

}  // namespace

extern "C" {

using CpuCheckTarget = void (*)();

__attribute__((used, visibility("hidden"), no_stack_protector)) CpuCheckTarget BowstringResolveCpuCheck() {
  if (!CpuIsEnough()) {
    static const char kText[] =
        "bowstring: this CPU lacks instructions of the x86-64-v2 level (SSE4.2, POPCNT) that the library needs.\n";
    constexpr long kWrite = 1, kExitGroup = 231;
    SystemCall(kWrite, 2, reinterpret_cast<long>(kText), sizeof(kText) - 1);
    SystemCall(kExitGroup, 78, 0, 0);
  }
  return &Passed;
}

__attribute__((visibility("hidden"), ifunc("BowstringResolveCpuCheck"))) void BowstringCpuCheck();

}  // extern "C"

// A pointer in writable data makes the loader call the resolver at load, even under lazy binding.
__attribute__((used)) static CpuCheckTarget const volatile g_cpu_check = &BowstringCpuCheck;

#endif
