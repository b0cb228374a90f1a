sbx_unit_test(ir SOURCES ir_builder.cpp ir_text.cpp DEPS ir passes program)
