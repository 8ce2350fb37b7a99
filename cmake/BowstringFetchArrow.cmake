# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
#
# pyarrow 26, whose wheel has the Arrow that we build on, wants Python 3.11. Its libraries don't care: for Python 3.10 the wheel
# is unpacked into the build folder. Sets BOWSTRING_PYARROW_DIR then.
if(Python_VERSION AND NOT BOWSTRING_PYARROW_DIR AND Python_VERSION VERSION_LESS 3.11)
  set(_target "${PROJECT_BINARY_DIR}/arrow")
  if(NOT EXISTS "${_target}/pyarrow/include/arrow/api.h")
    message(STATUS "Unpacking a pyarrow 26 wheel, which Python ${Python_VERSION} can't install, into ${_target}")
    execute_process(
      COMMAND "${Python_EXECUTABLE}" -m pip install -q --disable-pip-version-check --no-deps --only-binary=:all:
              --python-version 3.11 --ignore-requires-python --target "${_target}" "pyarrow==26.*"
      RESULT_VARIABLE _failed)
    if(_failed)
      message(FATAL_ERROR "pip could not fetch pyarrow 26. Use Python 3.11 or later, or install an Arrow 26 package.")
    endif()
  endif()
  set(BOWSTRING_PYARROW_DIR "${_target}/pyarrow")
endif()
