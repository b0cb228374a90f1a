if(SBX_WITH_JIT)
  sbx_unit_test(gateway_policies
    SOURCES gateway_policies_admin.cpp gateway_policies_files.cpp gateway_policies_loads.cpp gateway_policies_swap.cpp gateway_policies_trials.cpp
    DEPS driver gateway no_compiler codegen)
  target_link_libraries(test_gateway_policies PRIVATE nlohmann_json::nlohmann_json)
  set_tests_properties(unit.gateway_policies PROPERTIES LABELS threads)
endif()
