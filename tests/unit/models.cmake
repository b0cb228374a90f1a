find_package(nlohmann_json REQUIRED)
sbx_unit_test(models SOURCES models_remote.cpp models_vector_files.cpp DEPS models LIBS nlohmann_json::nlohmann_json)
set_tests_properties(unit.models PROPERTIES LABELS threads)
