sbx_unit_test(base SOURCES base_decimal.cpp DEPS base)
