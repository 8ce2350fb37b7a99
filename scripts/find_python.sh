# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
# Sourced by the scripts: sets python to an interpreter >= 3.10 ($PYTHON, if given), or says what to install.
python=
for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python3.10 python; do
  [ -n "$candidate" ] || continue
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 10))' >/dev/null 2>&1; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  echo "Bowstring needs Python 3.10 or later: install it (Debian, Ubuntu: apt-get install python3 python3-venv python3-dev) or name one in PYTHON." >&2
  exit 1
fi
