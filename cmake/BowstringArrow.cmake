# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
#
# Arrow C++ as Bowstring::arrow, Bowstring::arrow_compute and Bowstring::parquet: from an installed package (conda, vcpkg,
# a distribution) or else from the pyarrow wheel of Python_EXECUTABLE, which is never imported. Used by the build and, installed
# beside BowstringConfig.cmake, by consumers of the C++ interface, so that they find Arrow the way the build did.
# BOWSTRING_PYARROW_DIR, if set, names the wheel's unpacked `pyarrow` folder.
# Sets BOWSTRING_ARROW_VERSION, BOWSTRING_ARROW_LIBRARY_DIR and, for the wheel, BOWSTRING_PYARROW_DIR.

include_guard(GLOBAL)

option(BOWSTRING_ARROW_FROM_PYARROW "Take Arrow from the pyarrow wheel even where an Arrow package is installed" OFF)

if(NOT BOWSTRING_ARROW_FROM_PYARROW)
  find_package(Arrow CONFIG QUIET)
  if(Arrow_FOUND)
    find_package(Parquet CONFIG QUIET)
    find_package(ArrowCompute CONFIG QUIET)
  endif()
endif()

function(_bowstring_arrow_alias name)
  foreach(candidate IN LISTS ARGN)
    if(TARGET ${candidate})
      add_library(Bowstring::${name} INTERFACE IMPORTED GLOBAL)
      target_link_libraries(Bowstring::${name} INTERFACE ${candidate})
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "Arrow ${Arrow_VERSION} was found, but without the ${name} library. Install it, or set "
                      "BOWSTRING_ARROW_FROM_PYARROW=ON to take Arrow from the pyarrow wheel.")
endfunction()

if(Arrow_FOUND AND NOT BOWSTRING_ARROW_FROM_PYARROW)
  set(BOWSTRING_ARROW_VERSION "${Arrow_VERSION}")
  if(TARGET Arrow::arrow_shared)
    get_target_property(_location Arrow::arrow_shared LOCATION)
    get_filename_component(BOWSTRING_ARROW_LIBRARY_DIR "${_location}" DIRECTORY)
  endif()
  _bowstring_arrow_alias(arrow Arrow::arrow_shared Arrow::arrow_static)
  # Before Arrow 21 the compute kernels were part of libarrow.
  _bowstring_arrow_alias(arrow_compute ArrowCompute::arrow_compute_shared ArrowCompute::arrow_compute_static
                         Arrow::arrow_shared Arrow::arrow_static)
  _bowstring_arrow_alias(parquet Parquet::parquet_shared Parquet::parquet_static)
else()
  if(NOT BOWSTRING_PYARROW_DIR)
    if(NOT Python_EXECUTABLE)
      find_package(Python 3.10 COMPONENTS Interpreter QUIET)
    endif()
    if(NOT Python_EXECUTABLE)
      message(FATAL_ERROR "No Arrow package, and no Python >= 3.10 whose pyarrow could be used: install one of them.")
    endif()
    execute_process(
      COMMAND "${Python_EXECUTABLE}" -c
              "import importlib.util as u; s = u.find_spec('pyarrow'); print(list(s.submodule_search_locations)[0] if s else '')"
      OUTPUT_VARIABLE BOWSTRING_PYARROW_DIR OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  endif()
  if(NOT EXISTS "${BOWSTRING_PYARROW_DIR}/include/arrow/util/config.h")
    message(FATAL_ERROR "No Arrow package was found, and ${Python_EXECUTABLE} has no pyarrow wheel: run "
                        "`${Python_EXECUTABLE} -m pip install 'pyarrow==26.*'`.")
  endif()
  file(TO_CMAKE_PATH "${BOWSTRING_PYARROW_DIR}" BOWSTRING_PYARROW_DIR)
  file(READ "${BOWSTRING_PYARROW_DIR}/include/arrow/util/config.h" _config)
  string(REGEX MATCH "ARROW_SO_VERSION \"([0-9]+)\"" _ "${_config}")
  set(_so "${CMAKE_MATCH_1}")
  string(REGEX MATCH "ARROW_VERSION_STRING \"([0-9.]+)" _ "${_config}")
  set(BOWSTRING_ARROW_VERSION "${CMAKE_MATCH_1}")
  foreach(_name arrow arrow_compute parquet)
    add_library(Bowstring::${_name} SHARED IMPORTED GLOBAL)
    if(WIN32)
      set_target_properties(Bowstring::${_name} PROPERTIES
        IMPORTED_LOCATION "${BOWSTRING_PYARROW_DIR}/${_name}.dll" IMPORTED_IMPLIB "${BOWSTRING_PYARROW_DIR}/${_name}.lib")
    elseif(APPLE)
      set_target_properties(Bowstring::${_name} PROPERTIES
        IMPORTED_LOCATION "${BOWSTRING_PYARROW_DIR}/lib${_name}.${_so}.dylib")
    else()
      set_target_properties(Bowstring::${_name} PROPERTIES
        IMPORTED_LOCATION "${BOWSTRING_PYARROW_DIR}/lib${_name}.so.${_so}"
        IMPORTED_SONAME "lib${_name}.so.${_so}")
      if(NOT EXISTS "${BOWSTRING_PYARROW_DIR}/lib${_name}.so.${_so}")
        message(FATAL_ERROR "The pyarrow in ${BOWSTRING_PYARROW_DIR} has no lib${_name}.so.${_so}: version 26 is needed.")
      endif()
    endif()
    target_include_directories(Bowstring::${_name} SYSTEM INTERFACE "${BOWSTRING_PYARROW_DIR}/include")
  endforeach()
  target_link_libraries(Bowstring::arrow_compute INTERFACE Bowstring::arrow)
  target_link_libraries(Bowstring::parquet INTERFACE Bowstring::arrow)
  set(BOWSTRING_ARROW_LIBRARY_DIR "${BOWSTRING_PYARROW_DIR}")
endif()
