find_package(Eigen3 REQUIRED NO_MODULE)
sbx_unit_test(trained_selectors SOURCES selectors_trained.cpp selectors_learned_file.cpp learn_outcomes.cpp DEPS learn LIBS Eigen3::Eigen)

# Figures, not assertions: ninja signalbox outcome_rows && tests/bench/selectors/run FOLDER
add_executable(outcome_rows EXCLUDE_FROM_ALL ${CMAKE_CURRENT_SOURCE_DIR}/bench/selectors/outcome_rows.cpp)
target_link_libraries(outcome_rows PRIVATE sbx_learn sbx_warnings Eigen3::Eigen nlohmann_json::nlohmann_json)
# ninja neighbours_bench && tests/neighbours_bench
add_executable(neighbours_bench EXCLUDE_FROM_ALL ${CMAKE_CURRENT_SOURCE_DIR}/bench/neighbours_bench.cpp)
target_link_libraries(neighbours_bench PRIVATE sbx_learn sbx_warnings)
add_executable(selector_figures EXCLUDE_FROM_ALL ${CMAKE_CURRENT_SOURCE_DIR}/bench/selectors/figures.cpp)
target_link_libraries(selector_figures PRIVATE sbx_learn sbx_warnings)
