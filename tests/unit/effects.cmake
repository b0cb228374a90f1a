sbx_unit_test(effects SOURCES effects_apply.cpp effects_json.cpp DEPS effects)
