# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
#
# The extension module `bowstring._core` and, in a developer build, a package folder that can be imported in place:
# PYTHONPATH=<build>/python.

# Asked from the interpreter, because find_package alone may pick up another environment's copy.
execute_process(COMMAND "${Python_EXECUTABLE}" -m nanobind --cmake_dir
  OUTPUT_VARIABLE _nanobind_dir OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE _failed ERROR_QUIET)
if(_failed)
  message(FATAL_ERROR "${Python_EXECUTABLE} has no nanobind: run `${Python_EXECUTABLE} -m pip install nanobind`, "
                      "or set BOWSTRING_PYTHON=OFF.")
endif()
set(nanobind_DIR "${_nanobind_dir}")
find_package(nanobind CONFIG REQUIRED)

file(GLOB _binding_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/python/bindings/*.cc")
nanobind_add_module(_core NB_STATIC NB_DOMAIN bowstring NOMINSIZE ${_binding_sources})
target_include_directories(_core PRIVATE "${PROJECT_SOURCE_DIR}/python/bindings")
target_link_libraries(_core PRIVATE bowstring Bowstring::arrow)

set(_package_dir "${PROJECT_BINARY_DIR}/python/bowstring")
set_target_properties(_core PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${_package_dir}")

if(NOT SKBUILD)
  # Links, so that an edited .py counts at once; made anew at each build, so that new files appear.
  add_custom_target(python_package ALL
    COMMAND "${CMAKE_COMMAND}" -DFROM=${PROJECT_SOURCE_DIR}/python/bowstring -DTO=${_package_dir}
            -P "${PROJECT_SOURCE_DIR}/cmake/link_package.cmake"
    DEPENDS _core VERBATIM)
endif()

# The stub is made from the module inside an empty package, so that it depends on the bindings alone. A sanitizer's
# runtime would have to be preloaded into the interpreter; the stub of the plain build serves there.
if(NOT BOWSTRING_SANITIZE)
  set(_stub_package "${PROJECT_BINARY_DIR}/stub/bowstring")
  add_custom_command(OUTPUT "${_package_dir}/_core.pyi"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${_stub_package}"
    COMMAND "${CMAKE_COMMAND}" -E touch "${_stub_package}/__init__.py"
    COMMAND "${CMAKE_COMMAND}" -E create_symlink "$<TARGET_FILE:_core>" "${_stub_package}/$<TARGET_FILE_NAME:_core>"
    COMMAND "${Python_EXECUTABLE}" -m nanobind.stubgen -q -i "${PROJECT_BINARY_DIR}/stub" -m bowstring._core
            -o "${_package_dir}/_core.pyi"
    DEPENDS _core VERBATIM)
  add_custom_target(core_stub ALL DEPENDS "${_package_dir}/_core.pyi")
  if(TARGET python_package)
    add_dependencies(python_package core_stub)  # whoever builds the package tests the stub of this module
  endif()
endif()
