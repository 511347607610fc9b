# How every target of ours is compiled. Warnings are errors on our code only: system headers are included as SYSTEM.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(annals_options INTERFACE)
target_compile_options(annals_options INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wswitch-enum -Werror)
target_compile_definitions(annals_options INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE SPDLOG_FMT_EXTERNAL)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these inside its own std::string and std::variant, not in ours.
  target_compile_options(annals_options INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
endif()
if(ANNALS_SANITIZE)
  string(REPLACE "," ";" annals_sanitizers "${ANNALS_SANITIZE}")
  foreach(sanitizer IN LISTS annals_sanitizers)
    target_compile_options(annals_options INTERFACE -fsanitize=${sanitizer})
    target_link_options(annals_options INTERFACE -fsanitize=${sanitizer})
  endforeach()
  target_compile_options(annals_options INTERFACE -fno-omit-frame-pointer -fno-sanitize-recover=all)
endif()

# Behind annals_options: what the tests are spared.
add_library(annals_test_options INTERFACE)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(annals_test_options INTERFACE -Wno-sign-conversion) # GCC's -Wconversion leaves these out
endif()

# annals_library(name [PUBLIC libs...] [PRIVATE libs...]): a static library of all sources below the current folder.
function(annals_library name)
  cmake_parse_arguments(ARG "" "" "PUBLIC;PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cpp)
  add_library(annals_${name} STATIC ${sources})
  target_include_directories(annals_${name} PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(annals_${name} PUBLIC ${ARG_PUBLIC} PRIVATE annals_options ${ARG_PRIVATE})
  if(ANNALS_FUZZ)
    target_compile_options(annals_${name} PRIVATE -fsanitize=fuzzer-no-link) # tells the fuzzers what an input reached
  endif()
endfunction()

# annals_test(name LIBS libs...): annals_<name>_tests of all sources below the current folder, run by ctest.
function(annals_test name)
  cmake_parse_arguments(ARG "" "" "LIBS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cpp)
  add_executable(annals_${name}_tests ${sources} $<TARGET_OBJECTS:annals_test_main>)
  target_include_directories(annals_${name}_tests PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(annals_${name}_tests PRIVATE annals_options annals_test_options ${ARG_LIBS})
  target_compile_options(annals_${name}_tests PRIVATE -O0) # what is tested stays optimised; half of a build's time
  add_test(NAME ${name} COMMAND annals_${name}_tests)
endfunction()
