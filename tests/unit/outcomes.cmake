sbx_unit_test(outcomes SOURCES outcomes_rows.cpp outcomes_metrics.cpp outcomes_costs.cpp outcomes_off_policy.cpp DEPS learn)
