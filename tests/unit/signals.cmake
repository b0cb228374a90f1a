sbx_unit_test(signals SOURCES signals_fields.cpp signals_learned.cpp signals_policy.cpp signals_stdlib.cpp signals_texts.cpp DEPS signals syntax LIBS nlohmann_json::nlohmann_json)
