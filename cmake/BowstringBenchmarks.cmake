# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
#
# Each benches/*.cc is one Google Benchmark executable over the rooms' objects (benchmarks measure inner parts too).
find_package(benchmark REQUIRED)
file(GLOB _benches CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/benches/*.cc")
foreach(_source IN LISTS _benches)
  get_filename_component(_name "${_source}" NAME_WE)
  add_executable(bench_${_name} "${_source}" ${BOWSTRING_ROOM_OBJECTS})
  target_link_libraries(bench_${_name} PRIVATE bowstring_settings benchmark::benchmark benchmark::benchmark_main)
  set_target_properties(bench_${_name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/benches")
endforeach()
