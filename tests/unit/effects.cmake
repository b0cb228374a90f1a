sbx_unit_test(effects SOURCES effects_json.cpp effects_parameters.cpp effects_tools.cpp effects_targets.cpp effects_pii.cpp effects_redact.cpp effects_restorer.cpp effects_extract.cpp DEPS effects)
