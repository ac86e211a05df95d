# The tests of real threads and what they run, built with the thread sanitizer: a second, small set
# of objects beside the ordinary one. GoogleTest is not instrumented; it is called on the main
# thread, and by workers only to report a failure.
#
# A build that has a sanitizer already cannot have this one as well, and leaves it out.
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  return()
endif()

add_library(hvsim_tsan OBJECT
  ${PROJECT_SOURCE_DIR}/sim/base/random.cpp
  ${PROJECT_SOURCE_DIR}/sim/time/progress.cpp
  ${PROJECT_SOURCE_DIR}/sim/hw/host_batches.cpp
  ${PROJECT_SOURCE_DIR}/sim/hw/host_cpu.cpp
  ${PROJECT_SOURCE_DIR}/sim/hw/host_machine.cpp
  ${PROJECT_SOURCE_DIR}/sim/hw/lapic.cpp
  ${PROJECT_SOURCE_DIR}/sim/hw/memory.cpp
  ${PROJECT_SOURCE_DIR}/sim/hw/zero_pages.cpp
  ${PROJECT_SOURCE_DIR}/sim/hw/metrics.cpp)
file(GLOB algorithms CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/models/hypervisor/*.cpp
  ${PROJECT_SOURCE_DIR}/models/hypervisor/grants/*.cpp
  ${PROJECT_SOURCE_DIR}/models/hypervisor/locks/*.cpp
  ${PROJECT_SOURCE_DIR}/models/hypervisor/paging/*.cpp)
target_sources(hvsim_tsan PRIVATE ${algorithms})
set_target_properties(hvsim_tsan PROPERTIES UNITY_BUILD ON)
target_compile_options(hvsim_tsan PUBLIC -fsanitize=thread -g -O1)
target_link_options(hvsim_tsan PUBLIC -fsanitize=thread)
target_link_libraries(hvsim_tsan PUBLIC hvsim_options Boost::headers Threads::Threads)

file(GLOB host_tests CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/host/test_*.cpp)
# The sanitizer's own locks empty the store buffers, so the twins have little to show under it.
list(FILTER host_tests EXCLUDE REGEX test_host_twins)
add_executable(test_host_tsan ${host_tests})
target_link_libraries(test_host_tsan PRIVATE hvsim_tsan GTest::gmock GTest::gtest_main)
target_compile_definitions(test_host_tsan PRIVATE HVSIM_HOST_TURNS=1000ull)

add_executable(planted_race host/planted_race.cpp)
target_link_libraries(planted_race PRIVATE hvsim_tsan)

# The sanitizer's shadow memory wants the address space where it was before kernels drew more
# random bits for it; where a container forbids to ask for that, it has to do without.
find_program(SETARCH setarch)
if(SETARCH)
  execute_process(COMMAND ${SETARCH} -R true RESULT_VARIABLE cannot OUTPUT_QUIET ERROR_QUIET)
  if(cannot EQUAL 0)
    set(at_fixed_addresses ${SETARCH} -R)
  endif()
endif()

add_test(NAME host.tsan COMMAND ${at_fixed_addresses} $<TARGET_FILE:test_host_tsan>)
set_tests_properties(host.tsan PROPERTIES
  ENVIRONMENT "TSAN_OPTIONS=halt_on_error=1" TIMEOUT 300 RUN_SERIAL TRUE)
# The same gate must fail on a race: the sanitizer ends a program that has one with code 66.
add_test(NAME host.tsan_sees_a_planted_race
  COMMAND sh -c "\"$@\"; test $? -eq 66" sh ${at_fixed_addresses} $<TARGET_FILE:planted_race>)
set_tests_properties(host.tsan_sees_a_planted_race PROPERTIES TIMEOUT 60
  ENVIRONMENT "TSAN_OPTIONS=halt_on_error=1")
