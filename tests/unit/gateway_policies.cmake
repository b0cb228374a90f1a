if(SBX_WITH_JIT)
  sbx_unit_test(gateway_policies
    SOURCES gateway_policies_admin.cpp gateway_policies_files.cpp gateway_policies_loads.cpp gateway_policies_swap.cpp gateway_policies_trials.cpp
    DEPS driver gateway no_compiler codegen)
  target_sources(test_gateway_policies PRIVATE ${PROJECT_SOURCE_DIR}/compiler/driver/allocations.cpp)
  target_link_libraries(test_gateway_policies PRIVATE nlohmann_json::nlohmann_json)
  set_tests_properties(unit.gateway_policies PROPERTIES LABELS threads)

  # Figures, not assertions: ninja reload_bench && tests/reload_bench POLICY
  add_executable(reload_bench EXCLUDE_FROM_ALL ${CMAKE_CURRENT_SOURCE_DIR}/bench/reload_bench.cpp)
  target_compile_definitions(reload_bench PRIVATE SBX_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(reload_bench PRIVATE sbx_driver sbx_gateway sbx_no_compiler sbx_codegen sbx_warnings)
endif()
