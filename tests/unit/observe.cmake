find_package(nlohmann_json REQUIRED)
sbx_unit_test(observe SOURCES observe_metrics.cpp observe_log.cpp observe_recordings.cpp observe_traces.cpp DEPS observe pipeline LIBS nlohmann_json::nlohmann_json)
set_tests_properties(unit.observe PROPERTIES LABELS threads)
