# edgecc::runtime: the installed library, or in a cross build the same sources compiled for the other CPU.
if(TARGET edgecc::runtime)
  return()
endif()
get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
if(NOT "C" IN_LIST languages AND NOT "CXX" IN_LIST languages)
  return() # without a compiler nothing can be linked
endif()
include(CMakeFindDependencyMacro)
find_dependency(Threads)

if(CMAKE_CROSSCOMPILING AND "C" IN_LIST languages)
  file(GLOB sources "${EDGECC_PREFIX}/share/edgecc/runtime/*.c")
  add_library(edgecc_runtime STATIC EXCLUDE_FROM_ALL ${sources})
  set_target_properties(edgecc_runtime PROPERTIES C_STANDARD 11)
  target_compile_definitions(edgecc_runtime PRIVATE _POSIX_C_SOURCE=200809L)
  target_include_directories(edgecc_runtime PUBLIC "${EDGECC_PREFIX}/include")
  target_link_libraries(edgecc_runtime PUBLIC Threads::Threads)
  add_library(edgecc::runtime ALIAS edgecc_runtime)
else()
  add_library(edgecc::runtime STATIC IMPORTED)
  set_target_properties(edgecc::runtime PROPERTIES
    IMPORTED_LOCATION "${EDGECC_PREFIX}/lib/libedgecc_runtime.a"
    IMPORTED_LINK_INTERFACE_LANGUAGES C
    INTERFACE_INCLUDE_DIRECTORIES "${EDGECC_PREFIX}/include"
    INTERFACE_LINK_LIBRARIES Threads::Threads)
endif()
