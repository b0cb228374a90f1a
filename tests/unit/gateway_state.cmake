sbx_unit_test(gateway_state SOURCES gateway_budgets.cpp gateway_feedback.cpp DEPS gateway ir no_compiler)
set_tests_properties(unit.gateway_state PROPERTIES LABELS threads)
