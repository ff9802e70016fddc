# edgecc_add_model(TARGET face MODEL face.onnx [NAME name] [OPTIONS option...])
#
# Compiles an ONNX model during the build and makes a library target of it: what links to the target may include NAME.h
# and call NAME_run. In a cross build the model is compiled for the CPU of the cross compiler.
#
#   TARGET   the CMake target to make
#   MODEL    the .onnx file, relative to the current source folder; the build follows its changes
#   NAME     begins the symbols and names the header (default: the target's name as a C identifier)
#   OPTIONS  more options of edgecc, such as --mcpu=cortex-a76; with --threads=N above 1, edgecc::runtime is linked too
function(edgecc_add_model)
  cmake_parse_arguments(PARSE_ARGV 0 ARG "" "TARGET;MODEL;NAME" "OPTIONS")
  if(NOT ARG_TARGET OR NOT ARG_MODEL OR ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "edgecc_add_model: expected TARGET name MODEL file [NAME name] [OPTIONS option...], "
                        "found: ${ARGV}")
  endif()
  if(NOT ARG_NAME)
    string(MAKE_C_IDENTIFIER "${ARG_TARGET}" ARG_NAME)
  endif()
  cmake_path(ABSOLUTE_PATH ARG_MODEL BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE OUTPUT_VARIABLE model)
  if(NOT EXISTS "${model}")
    message(FATAL_ERROR "edgecc_add_model: there is no model ${model}")
  endif()

  set(libraries m)
  if("${ARG_OPTIONS}" MATCHES "(^|;)--?threads[=;]0*([2-9]|1[0-9])")
    list(PREPEND libraries edgecc::runtime)
  endif()
  _edgecc_triple_option(triple ${ARG_OPTIONS})
  set(directory "${CMAKE_CURRENT_BINARY_DIR}/${ARG_TARGET}.edgecc")
  set(library "${directory}/lib${ARG_NAME}.a")
  set(header "${directory}/${ARG_NAME}.h")
  file(MAKE_DIRECTORY "${directory}") # include folders must be there when CMake writes the build
  add_custom_command(OUTPUT "${library}" "${header}"
    COMMAND edgecc::edgecc "${model}" --name=${ARG_NAME} ${triple} ${ARG_OPTIONS} -o "${directory}"
    DEPENDS "${model}" edgecc::edgecc
    COMMENT "Compiling ${ARG_MODEL} with edgecc" VERBATIM)
  add_custom_target(${ARG_TARGET}-edgecc DEPENDS "${library}" "${header}")

  add_library(${ARG_TARGET} STATIC IMPORTED GLOBAL)
  add_dependencies(${ARG_TARGET} ${ARG_TARGET}-edgecc)
  set_target_properties(${ARG_TARGET} PROPERTIES
    IMPORTED_LOCATION "${library}"
    IMPORTED_LINK_INTERFACE_LANGUAGES C
    INTERFACE_INCLUDE_DIRECTORIES "${directory}"
    INTERFACE_LINK_LIBRARIES "${libraries}")
endfunction()

# Sets `result` to the --mtriple option of a cross build; to nothing when building for this machine or when the given
# options have one.
function(_edgecc_triple_option result)
  set(${result} "" PARENT_SCOPE)
  if(NOT CMAKE_CROSSCOMPILING OR "${ARGN}" MATCHES "(^|;)--?mtriple")
    return()
  endif()
  foreach(language C CXX)
    if(CMAKE_${language}_COMPILER_TARGET)
      set(${result} "--mtriple=${CMAKE_${language}_COMPILER_TARGET}" PARENT_SCOPE)
      return()
    endif()
    if(CMAKE_${language}_COMPILER)
      execute_process(COMMAND ${CMAKE_${language}_COMPILER} -dumpmachine
        OUTPUT_VARIABLE machine OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE status)
      if(status EQUAL 0 AND machine)
        set(${result} "--mtriple=${machine}" PARENT_SCOPE)
        return()
      endif()
    endif()
  endforeach()
  string(TOLOWER "${CMAKE_SYSTEM_PROCESSOR}-${CMAKE_SYSTEM_NAME}-gnu" triple)
  set(${result} "--mtriple=${triple}" PARENT_SCOPE)
endfunction()
