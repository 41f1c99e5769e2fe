# SPDX-License-Identifier: Apache-2.0
#
# Cross toolchain of the device: GCC for bare Arm, the core PRM_CORE (as -mcpu wants it) without FPU. A core without the DSP
# extension is cortex-m33+nodsp: compiler, assembler and the choice of the P-256 field (providers/thumb2) go by that one fact. No LTO: the tests look at the disassembly of
# single functions. -mcmse is given by the one target that makes secure entry functions.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_ASM_COMPILER arm-none-eabi-gcc)
set(CMAKE_OBJCOPY arm-none-eabi-objcopy CACHE FILEPATH "objcopy of the cross toolchain")
set(PRM_CORE cortex-m33 CACHE STRING "firmware: the core, as -mcpu wants it")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES PRM_CORE)
set(CMAKE_C_FLAGS_INIT "-mcpu=${PRM_CORE} -mthumb -mfloat-abi=soft -ffunction-sections -fdata-sections")
set(CMAKE_ASM_FLAGS_INIT "-mcpu=${PRM_CORE} -mthumb -mfloat-abi=soft")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-nostartfiles -Wl,--gc-sections")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
