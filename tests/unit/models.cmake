find_package(nlohmann_json REQUIRED)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
sbx_unit_test(models SOURCES models_batcher.cpp models_features.cpp models_files.cpp models_remote.cpp models_taggers.cpp models_tokenizer.cpp models_vector_files.cpp models_windows.cpp
  DEPS models LIBS nlohmann_json::nlohmann_json PkgConfig::XXHASH)
set_tests_properties(unit.models PROPERTIES LABELS threads)
# With the library that tests/npm/install brings, which no sanitizer sees into.
sbx_unit_test(models_onnx SOURCES models_onnx.cpp DEPS models)
set_tests_properties(unit.models_onnx PROPERTIES LABELS release-only
  ENVIRONMENT SBX_ONNXRUNTIME=${CMAKE_CURRENT_SOURCE_DIR}/npm/node_modules/onnxruntime/libonnxruntime.so.1)

# Figures, not assertions: ninja onnx_bench && tests/onnx_bench
add_executable(onnx_bench EXCLUDE_FROM_ALL ${CMAKE_CURRENT_SOURCE_DIR}/bench/onnx_bench.cpp)
target_link_libraries(onnx_bench PRIVATE sbx_models sbx_warnings)
