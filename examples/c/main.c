/* SPDX-FileCopyrightText: 2026 The Bowstring Authors */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include <bowstring/version.h>

int main(void) {
  printf("Bowstring %s\n%s\n", bowstring_version(), bowstring_build_info());
  return 0;
}
