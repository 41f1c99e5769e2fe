# SPDX-License-Identifier: Apache-2.0
#
# The words that every CMakeLists.txt here is written in:
#
#   prm_room(NAME file.c … [LIBS target …])      a room of src/: static library prm_NAME, strict C11
#   prm_library(NAME file.c … [LIBS target …])   a provider or port: static library NAME, GNU C11 (hosts see POSIX)
#   prm_program(NAME file.c … [LIBS target …])   a host program
#   prm_test(NAME file.c … [LIBS target …] [LABEL l] [TIMEOUT s] [ARGS a …])
#                                                a cmocka program run by ctest; the label is the directory's name
#   prm_fuzz(NAME file.c … [LIBS target …])      a libFuzzer program; exists only in the fuzz preset
#   prm_firmware(NAME LDSCRIPT f.ld file.c … [LIBS target …] [DEFINES d …])
#                                                a device image: NAME.elf, .bin, .map; f.ld is preprocessed
#   prm_own(TARGET)                              our warnings, as errors, and our include paths, for any other target
#
# Third-party source: plain add_library() without prm_own(), and its headers as SYSTEM includes.

set(PRM_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Werror)

# Asserts are never compiled out, whatever the build type.
foreach(type IN ITEMS DEBUG RELEASE RELWITHDEBINFO MINSIZEREL)
    string(REGEX REPLACE "[-/]DNDEBUG" "" CMAKE_C_FLAGS_${type} "${CMAKE_C_FLAGS_${type}}")
endforeach()
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Debug)
endif()

# An image is the same whatever folders it was built in (scripts/check_reproducible.sh); what comes last is looked at first.
if(PRM_FIRMWARE)
    foreach(map IN ITEMS "${CMAKE_SOURCE_DIR}=." "${PRM_MBEDTLS_DIR}=mbedtls" "${CMAKE_BINARY_DIR}=build")
        add_compile_options("-ffile-prefix-map=${map}")
    endforeach()
endif()

if(PRM_SANITIZE OR PRM_FUZZ)
    set(prm_sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    if(PRM_FUZZ)
        if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
            message(FATAL_ERROR "PRM_FUZZ needs clang: cmake --preset fuzz")
        endif()
        list(APPEND prm_sanitizers -fsanitize=fuzzer-no-link)
    endif()
    add_compile_options(${prm_sanitizers})
    add_link_options(${prm_sanitizers})
endif()

# A directory is its author's: it takes part from the moment it has a CMakeLists.txt.
function(prm_add_directory dir)
    if(EXISTS "${CMAKE_SOURCE_DIR}/${dir}/CMakeLists.txt")
        if(dir STREQUAL "providers/mbedtls" AND NOT EXISTS "${PRM_MBEDTLS_DIR}/include/mbedtls/build_info.h")
            message(FATAL_ERROR "no Mbed TLS source in ${PRM_MBEDTLS_DIR}: run scripts/setup.sh, or set MBEDTLS_DIR")
        endif()
        add_subdirectory(${dir})
    endif()
endfunction()

function(prm_own target)
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:C>:${PRM_WARNINGS}>)
    target_include_directories(${target} PUBLIC
        "${CMAKE_SOURCE_DIR}/src" "${CMAKE_SOURCE_DIR}/include" "${CMAKE_SOURCE_DIR}")
endfunction()

function(prm_library name)
    cmake_parse_arguments(arg "" "" "LIBS" ${ARGN})
    add_library(${name} STATIC ${arg_UNPARSED_ARGUMENTS})
    prm_own(${name})
    target_link_libraries(${name} PUBLIC ${arg_LIBS})
endfunction()

function(prm_room name)
    prm_library(prm_${name} ${ARGN})
    set_target_properties(prm_${name} PROPERTIES C_EXTENSIONS OFF)
endfunction()

function(prm_program name)
    cmake_parse_arguments(arg "" "" "LIBS" ${ARGN})
    add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
    prm_own(${name})
    target_link_libraries(${name} PRIVATE ${arg_LIBS})
endfunction()

function(prm_test name)
    cmake_parse_arguments(arg "" "LABEL;TIMEOUT" "LIBS;ARGS" ${ARGN})
    if(NOT arg_LABEL)
        get_filename_component(arg_LABEL "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
    endif()
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 180)
    endif()
    prm_program(${name} ${arg_UNPARSED_ARGUMENTS} LIBS ${arg_LIBS} cmocka)
    target_compile_definitions(${name} PRIVATE
        PRM_SOURCE_DIR="${CMAKE_SOURCE_DIR}" PRM_BUILD_DIR="${CMAKE_BINARY_DIR}" PRM_FIRMWARE_DIR="${PRM_FIRMWARE_DIR}")
    # A program of which no case ran has not passed: run.sh tells, and 77 is what ctest counts as skipped.
    add_test(NAME ${name} COMMAND "${CMAKE_SOURCE_DIR}/tests/run.sh" ${name} $<TARGET_FILE:${name}> ${arg_ARGS})
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABEL}" TIMEOUT ${arg_TIMEOUT} SKIP_RETURN_CODE 77
        ENVIRONMENT "UBSAN_OPTIONS=print_stacktrace=1")
endfunction()

function(prm_fuzz name)
    if(NOT PRM_FUZZ)
        return()
    endif()
    prm_program(${name} ${ARGN})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    # All in one folder, wherever their sources are: scripts/fuzz.sh runs what is there, and nothing else would run at all.
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests/fuzz")
endfunction()

function(prm_firmware name)
    cmake_parse_arguments(arg "" "LDSCRIPT" "LIBS;DEFINES" ${ARGN})
    set(script "${CMAKE_CURRENT_BINARY_DIR}/${name}.ld")
    get_filename_component(source "${arg_LDSCRIPT}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
    list(TRANSFORM arg_DEFINES PREPEND -D OUTPUT_VARIABLE defines)
    add_custom_command(OUTPUT "${script}"
        COMMAND ${CMAKE_C_COMPILER} -E -P -x c ${defines}
                -I "${CMAKE_SOURCE_DIR}/src" -I "${CMAKE_SOURCE_DIR}/include" -I "${CMAKE_SOURCE_DIR}"
                -MD -MF "${script}.d" -MT "${script}" -o "${script}" "${source}"
        DEPENDS "${source}" DEPFILE "${script}.d" VERBATIM)
    add_executable(${name} ${arg_UNPARSED_ARGUMENTS} "${script}")
    prm_own(${name})
    target_compile_definitions(${name} PRIVATE ${arg_DEFINES})
    target_link_libraries(${name} PRIVATE ${arg_LIBS})
    target_link_options(${name} PRIVATE "-T${script}" "-Wl,-Map=${CMAKE_CURRENT_BINARY_DIR}/${name}.map")
    set_target_properties(${name} PROPERTIES SUFFIX ".elf" LINK_DEPENDS "${script}")
    add_custom_command(TARGET ${name} POST_BUILD
        COMMAND ${CMAKE_OBJCOPY} -O binary "$<TARGET_FILE:${name}>" "${CMAKE_CURRENT_BINARY_DIR}/${name}.bin" VERBATIM)
endfunction()
