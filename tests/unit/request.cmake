sbx_unit_test(request SOURCES request_dialects.cpp request_envelope.cpp request_hostile.cpp request_readings.cpp DEPS request)
