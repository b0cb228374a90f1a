sbx_unit_test(text SOURCES text_matching.cpp text_database.cpp text_estimates.cpp DEPS text)
