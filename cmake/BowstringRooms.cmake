# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
#
# A room is a folder of src/, built as the object library `bowstring_<room>`; its `*_test.cc` files become the executable
# `<room>_test`. scripts/check_rooms holds the table of who may include whom; the sets below only say what a test links.

set(BOWSTRING_ROOMS base functions expr logical sql optimizer sources sinks exec stream physical session)

# The rooms each room's tests link beside their own: DESIGN.md's table, transitively.
set(_needs_base)
set(_needs_functions expr base)  # functions name the expressions of bowstring/expr.h, which the room expr implements
set(_needs_expr functions base)
set(_needs_logical expr functions base)
set(_needs_sql logical expr functions base)
set(_needs_optimizer logical expr functions base)
set(_needs_sources stream expr functions base)  # batch_stream.h, which the room stream implements
set(_needs_sinks expr functions base)
set(_needs_exec expr functions base)
set(_needs_stream base)
set(_needs_physical logical expr functions exec base)
set(_needs_session ${BOWSTRING_ROOMS})

# What the rooms and their tests share: flags, include folders, Arrow.
add_library(bowstring_settings INTERFACE)
target_include_directories(bowstring_settings INTERFACE "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/src")
target_compile_definitions(bowstring_settings INTERFACE BOWSTRING_BUILDING)
target_link_libraries(bowstring_settings INTERFACE
  Bowstring::arrow Bowstring::arrow_compute Bowstring::parquet Threads::Threads ${CMAKE_DL_LIBS})

# One precompiled header for all rooms: Arrow's headers are half of a small file's compile time.
if(BOWSTRING_PCH)
  file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/pch/anchor.cc" CONTENT "// The precompiled header needs a source to belong to.\n")
  add_library(bowstring_pch OBJECT "${PROJECT_BINARY_DIR}/pch/anchor.cc")
  target_link_libraries(bowstring_pch PRIVATE bowstring_settings)
  target_precompile_headers(bowstring_pch PRIVATE
    <algorithm> <array> <atomic> <bit> <chrono> <condition_variable> <cstddef> <cstdint> <cstring> <deque> <functional>
    <limits> <map> <memory> <mutex> <optional> <span> <string> <string_view> <thread> <tuple> <unordered_map>
    <unordered_set> <utility> <variant> <vector> <arrow/api.h> <arrow/compute/api.h>)
  # No two builds of the header are the same bytes. ccache takes this sum in its place (CCACHE_PCH_EXTSUM), so that build
  # folders, worktrees and the wheel share objects: what the header depends on beside the flags, which ccache sees itself.
  get_target_property(_pch_headers bowstring_pch PRECOMPILE_HEADERS)
  file(WRITE "${PROJECT_BINARY_DIR}/CMakeFiles/bowstring_pch.dir/cmake_pch.hxx.gch.sum"
    "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} Arrow ${BOWSTRING_ARROW_VERSION} ${CMAKE_CXX_FLAGS} ${CMAKE_BUILD_TYPE} ${BOWSTRING_SANITIZE} ${_pch_headers}\n")
endif()

function(_bowstring_objects target)
  add_library(${target} OBJECT ${ARGN})
  target_link_libraries(${target} PRIVATE bowstring_settings)
  if(BOWSTRING_PCH)
    target_precompile_headers(${target} REUSE_FROM bowstring_pch)
  endif()
endfunction()

set(BOWSTRING_ROOM_OBJECTS)
foreach(_room IN LISTS BOWSTRING_ROOMS)
  file(GLOB_RECURSE _all CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${_room}/*.cc")
  set(_sources ${_all})
  list(FILTER _sources EXCLUDE REGEX "_test\\.cc$")
  set(_tests_${_room} ${_all})
  list(FILTER _tests_${_room} INCLUDE REGEX "_test\\.cc$")
  if(_sources)
    _bowstring_objects(bowstring_${_room} ${_sources})
    list(APPEND BOWSTRING_ROOM_OBJECTS $<TARGET_OBJECTS:bowstring_${_room}>)
  endif()
endforeach()

function(_bowstring_room_test room)
  set(rooms ${room} ${_needs_${room}})
  list(REMOVE_DUPLICATES rooms)
  _bowstring_objects(${room}_test_objects ${_tests_${room}})
  target_link_libraries(${room}_test_objects PRIVATE GTest::gtest)
  add_executable(${room}_test $<TARGET_OBJECTS:${room}_test_objects>)
  foreach(needed IN LISTS rooms)
    if(TARGET bowstring_${needed})
      target_sources(${room}_test PRIVATE $<TARGET_OBJECTS:bowstring_${needed}>)
    endif()
  endforeach()
  target_link_libraries(${room}_test PRIVATE bowstring_settings GTest::gtest GTest::gtest_main)
  set_target_properties(${room}_test PROPERTIES LINKER_LANGUAGE CXX RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  add_test(NAME ${room} COMMAND ${room}_test)
endfunction()

set(BOWSTRING_TEST_TARGETS)
if(BOWSTRING_TESTS)
  find_package(GTest REQUIRED)
  foreach(_room IN LISTS BOWSTRING_ROOMS)
    if(_tests_${_room})
      _bowstring_room_test(${_room})
      list(APPEND BOWSTRING_TEST_TARGETS ${_room}_test)
    endif()
  endforeach()
  add_custom_target(room_tests DEPENDS ${BOWSTRING_TEST_TARGETS})
endif()
