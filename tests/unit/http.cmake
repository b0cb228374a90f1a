sbx_unit_test(http SOURCES http_addresses.cpp http_bodies.cpp http_calls.cpp http_requests.cpp DEPS http LIBS z zstd)
set_tests_properties(unit.http PROPERTIES LABELS threads)
