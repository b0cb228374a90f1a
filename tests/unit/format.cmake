sbx_unit_test(format SOURCES format_layout.cpp format_properties.cpp DEPS format syntax)
