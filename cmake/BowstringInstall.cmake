# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
#
# Two installs share these rules. `cmake --install` gives C++ users a prefix with lib/, include/ and lib/cmake/Bowstring. In a wheel the
# same folders lie inside the Python package, so that an installed wheel serves C++ users too (bowstring.get_cmake_dir()).
include(CMakePackageConfigHelpers)

if(SKBUILD)
  set(_libdir lib)
else()
  include(GNUInstallDirs)
  set(_libdir ${CMAKE_INSTALL_LIBDIR})
endif()
set(_configdir ${_libdir}/cmake/Bowstring)

# Run paths. RUNPATH is not inherited, so the library and the extension module each name every folder they need.
if(SKBUILD AND NOT SKBUILD_STATE STREQUAL "editable")
  if(BOWSTRING_WHEEL_ARROW STREQUAL "pyarrow")
    set_target_properties(bowstring PROPERTIES INSTALL_RPATH "$ORIGIN;$ORIGIN/../../pyarrow")
    set(_module_rpath "$ORIGIN/lib;$ORIGIN/../pyarrow")
  else()
    set_target_properties(bowstring PROPERTIES INSTALL_RPATH "$ORIGIN")
    set(_module_rpath "$ORIGIN/lib")
  endif()
  if(BOWSTRING_WHEEL_ARROW STREQUAL "copy")
    if(NOT BOWSTRING_PYARROW_DIR)
      message(FATAL_ERROR "BOWSTRING_WHEEL_ARROW=copy copies Arrow out of the pyarrow wheel: set BOWSTRING_ARROW_FROM_PYARROW=ON.")
    endif()
    foreach(_name arrow arrow_compute parquet)
      install(FILES $<TARGET_FILE:Bowstring::${_name}> DESTINATION ${_libdir} COMPONENT devel)
    endforeach()
  endif()
else()
  set_target_properties(bowstring PROPERTIES INSTALL_RPATH "$ORIGIN;${BOWSTRING_ARROW_LIBRARY_DIR}")
  set(_module_rpath "$ORIGIN/lib;${BOWSTRING_ARROW_LIBRARY_DIR}")
endif()

install(TARGETS bowstring EXPORT BowstringTargets LIBRARY DESTINATION ${_libdir} COMPONENT devel NAMELINK_COMPONENT devel)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/bowstring" DESTINATION include COMPONENT devel FILES_MATCHING PATTERN "*.h")
install(EXPORT BowstringTargets NAMESPACE Bowstring:: DESTINATION ${_configdir} COMPONENT devel)
string(REGEX MATCH "^[0-9]+" BOWSTRING_ARROW_MAJOR "${BOWSTRING_ARROW_VERSION}")
configure_package_config_file(cmake/BowstringConfig.cmake.in "${PROJECT_BINARY_DIR}/config/BowstringConfig.cmake"
  INSTALL_DESTINATION ${_configdir})
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/config/BowstringConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/config/BowstringConfig.cmake" "${PROJECT_BINARY_DIR}/config/BowstringConfigVersion.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/BowstringArrow.cmake"
  DESTINATION ${_configdir} COMPONENT devel)

if(BOWSTRING_PYTHON AND SKBUILD)
  set_target_properties(_core PROPERTIES INSTALL_RPATH "${_module_rpath}")
  install(TARGETS _core LIBRARY DESTINATION . COMPONENT python)
  if(TARGET core_stub)
    install(FILES "${PROJECT_BINARY_DIR}/python/bowstring/_core.pyi" DESTINATION . COMPONENT python)
  endif()
endif()
