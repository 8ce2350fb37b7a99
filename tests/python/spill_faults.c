// SPDX-FileCopyrightText: 2026 The Bowstring Authors
// SPDX-License-Identifier: Apache-2.0

// For test_spill.py, by LD_PRELOAD: from the N-th call on, pwrite or pread of files without a name fails, or pread answers a flipped byte.
// SPILL_FAULT=write:N, read:N or flip:N; the file that SPILL_FAULT_SWITCH names must exist for it to happen.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long calls;

static int due(int fd, const char* kind) {
  const char* fault = getenv("SPILL_FAULT");
  const char* on = getenv("SPILL_FAULT_SWITCH");
  struct stat about;
  if (fault == NULL || strncmp(fault, kind, strlen(kind)) != 0) return 0;
  if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode) || about.st_nlink != 0) return 0;
  if (on != NULL && access(on, F_OK) != 0) return 0;
  return atomic_fetch_add(&calls, 1) >= atol(strchr(fault, ':') + 1);
}

ssize_t pwrite64(int fd, const void* data, size_t size, off64_t at) {
  static ssize_t (*next)(int, const void*, size_t, off64_t);
  if (next == NULL) next = (ssize_t(*)(int, const void*, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
  if (due(fd, "write")) {
    errno = EIO;
    return -1;
  }
  return next(fd, data, size, at);
}
ssize_t pwrite(int fd, const void* data, size_t size, off_t at) { return pwrite64(fd, data, size, at); }

ssize_t pread64(int fd, void* data, size_t size, off64_t at) {
  static ssize_t (*next)(int, void*, size_t, off64_t);
  if (next == NULL) next = (ssize_t(*)(int, void*, size_t, off64_t))dlsym(RTLD_NEXT, "pread64");
  if (due(fd, "read")) {
    errno = EIO;
    return -1;
  }
  const int flip = due(fd, "flip");
  const ssize_t n = next(fd, data, size, at);
  if (flip && n > 0) ((char*)data)[n / 2] ^= 4;
  return n;
}
ssize_t pread(int fd, void* data, size_t size, off_t at) { return pread64(fd, data, size, at); }
