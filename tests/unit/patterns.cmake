sbx_unit_test(patterns SOURCES patterns_texts.cpp DEPS patterns)
