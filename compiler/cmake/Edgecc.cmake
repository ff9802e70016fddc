# How edgecc declares libraries, programs, dialects and passes. Headers lie beside their sources and the repository root
# is the include root; generated `.inc` files appear at the same path in the build tree.

include_directories(SYSTEM ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
include_directories(${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR}/runtime/include)
separate_arguments(EDGECC_LLVM_DEFINITIONS NATIVE_COMMAND "${LLVM_DEFINITIONS}")
add_compile_definitions(EDGECC_VERSION="${PROJECT_VERSION}")
add_definitions(${EDGECC_LLVM_DEFINITIONS})

set(EDGECC_WARNINGS -Wall -Wextra -Wno-unused-parameter)
if(EDGECC_ENABLE_ASSERTIONS)
  string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Reproducible precompiled headers, so that ccache can keep them.
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-Wno-deprecated-declarations>")
endif()
if(EDGECC_ENABLE_FUZZERS)
  # LLVM comes without sanitizers and RTTI: checks that need both sides are off.
  add_compile_options(-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize=vptr,function
                      -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
endif()

# Installed programs find LLVM's shared libraries where the build found them.
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)

# edgecc_add_library(NAME sources... [DEPENDS targets...] [LINK libraries...])
# A static library that uses MLIR. All such libraries share one precompiled header.
function(edgecc_add_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  target_compile_options(${name} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:${EDGECC_WARNINGS}>)
  target_link_libraries(${name} PUBLIC ${ARG_LINK} MLIR LLVM)
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  if(TARGET EdgeccPrecompiled)
    target_precompile_headers(${name} REUSE_FROM EdgeccPrecompiled)
  endif()
endfunction()

# edgecc_add_tool(NAME sources... [LINK libraries...])
# A program in build/bin that is installed. Programs that include no MLIR header pay nothing for the shared header.
function(edgecc_add_tool name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_compile_options(${name} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:${EDGECC_WARNINGS}>)
  target_link_libraries(${name} PRIVATE ${ARG_LINK} LLVM)
  install(TARGETS ${name} RUNTIME DESTINATION bin)
endfunction()

# edgecc_add_dialect(NAME file prefix)
# Generates <file>Ops, <file>Dialect, <file>Types... .inc for dialects/<Name>/<file>Ops.td; declares Edgecc<NAME>IncGen.
function(edgecc_add_dialect name file dialect)
  set(LLVM_TARGET_DEFINITIONS ${file}Ops.td)
  mlir_tablegen(${file}Ops.h.inc -gen-op-decls -I${CMAKE_SOURCE_DIR})
  mlir_tablegen(${file}Ops.cpp.inc -gen-op-defs -I${CMAKE_SOURCE_DIR})
  mlir_tablegen(${file}Dialect.h.inc -gen-dialect-decls -dialect=${dialect} -I${CMAKE_SOURCE_DIR})
  mlir_tablegen(${file}Dialect.cpp.inc -gen-dialect-defs -dialect=${dialect} -I${CMAKE_SOURCE_DIR})
  mlir_tablegen(${file}Enums.h.inc -gen-enum-decls -I${CMAKE_SOURCE_DIR})
  mlir_tablegen(${file}Enums.cpp.inc -gen-enum-defs -I${CMAKE_SOURCE_DIR})
  add_public_tablegen_target(Edgecc${name}IncGen)
endfunction()

# edgecc_add_passes(GROUP): generates Passes.h.inc for passes/<GROUP>/Passes.td; declares EdgeccPasses<GROUP>IncGen.
function(edgecc_add_passes group)
  set(LLVM_TARGET_DEFINITIONS Passes.td)
  mlir_tablegen(Passes.h.inc -gen-pass-decls -name=Edgecc${group} -I${CMAKE_SOURCE_DIR})
  add_public_tablegen_target(EdgeccPasses${group}IncGen)
endfunction()

# edgecc_add_reference(NAME file.td generator...): the page docs/reference/<NAME>.md in the build tree, made by mlir-tblgen
# from the descriptions in file.td. `ninja edgecc-reference` makes all pages.
add_custom_target(edgecc-reference)
function(edgecc_add_reference name file)
  set(page ${CMAKE_BINARY_DIR}/docs/reference/${name}.md)
  add_custom_command(OUTPUT ${page}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/docs/reference
    COMMAND ${MLIR_TABLEGEN_EXE} ${ARGN} -I${CMAKE_SOURCE_DIR} -I${MLIR_INCLUDE_DIRS}
            ${CMAKE_CURRENT_SOURCE_DIR}/${file} -o ${page}
    DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${file} COMMENT "Writing docs/reference/${name}.md" VERBATIM)
  add_custom_target(edgecc-reference-${name} DEPENDS ${page})
  add_dependencies(edgecc-reference edgecc-reference-${name})
endfunction()
