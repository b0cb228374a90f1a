sbx_unit_test(learn SOURCES learn_bootstrap.cpp learn_classifiers.cpp learn_corpus.cpp learn_metrics.cpp learn_taggers.cpp DEPS learn)

# Figures, not assertions: ninja signals_compare && tests/bench/signals/rows DATA rows && tests/signals_compare rows/hwu64.jsonl
find_package(fmt REQUIRED)
add_executable(signals_compare EXCLUDE_FROM_ALL ${CMAKE_CURRENT_SOURCE_DIR}/bench/signals/compare.cpp)
target_link_libraries(signals_compare PRIVATE sbx_learn sbx_warnings fmt::fmt)
add_executable(signals_attacks EXCLUDE_FROM_ALL ${CMAKE_CURRENT_SOURCE_DIR}/bench/signals/attacks.cpp)
target_link_libraries(signals_attacks PRIVATE sbx_learn sbx_warnings fmt::fmt)
