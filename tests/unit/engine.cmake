sbx_unit_test(engine SOURCES engine_frame.cpp engine_decide.cpp engine_slots.cpp engine_candidates.cpp engine_tests.cpp DEPS engine ir)
