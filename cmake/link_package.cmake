# SPDX-FileCopyrightText: 2026 The Bowstring Authors
# SPDX-License-Identifier: Apache-2.0
#
# cmake -DFROM=python/bowstring -DTO=<build>/python/bowstring -P link_package.cmake: links each file of the package, and
# takes away links whose file is gone.
file(GLOB_RECURSE _files RELATIVE "${FROM}" "${FROM}/*.py" "${FROM}/py.typed" "${FROM}/*.pyi")
foreach(_file IN LISTS _files)
  get_filename_component(_folder "${TO}/${_file}" DIRECTORY)
  file(MAKE_DIRECTORY "${_folder}")
  file(CREATE_LINK "${FROM}/${_file}" "${TO}/${_file}" SYMBOLIC)
endforeach()
file(GLOB_RECURSE _links RELATIVE "${TO}" "${TO}/*.py" "${TO}/*.pyi")
foreach(_link IN LISTS _links)
  if(IS_SYMLINK "${TO}/${_link}" AND NOT EXISTS "${TO}/${_link}")
    file(REMOVE "${TO}/${_link}")
  endif()
endforeach()
