sbx_unit_test(base SOURCES base_decimal.cpp base_xml.cpp DEPS base)
