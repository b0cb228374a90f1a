find_package(nlohmann_json REQUIRED)
sbx_unit_test(analysis SOURCES analysis_measure.cpp analysis_search.cpp analysis_similarities.cpp DEPS pipeline analysis geometry LIBS nlohmann_json::nlohmann_json)
