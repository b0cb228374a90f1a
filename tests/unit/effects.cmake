sbx_unit_test(effects SOURCES effects_json.cpp effects_parameters.cpp effects_tools.cpp DEPS effects)
