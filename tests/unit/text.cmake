find_package(ICU REQUIRED COMPONENTS uc)
sbx_unit_test(text SOURCES text_database.cpp text_estimates.cpp text_fold.cpp text_matching.cpp text_parts.cpp text_places.cpp DEPS text LIBS ICU::uc)

# Figures, not assertions: ninja text_bench && tests/text_bench
add_executable(text_bench EXCLUDE_FROM_ALL ${CMAKE_CURRENT_SOURCE_DIR}/bench/text_bench.cpp)
target_link_libraries(text_bench PRIVATE sbx_text sbx_warnings)
