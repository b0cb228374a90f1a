sbx_unit_test(driver SOURCES driver_fix.cpp DEPS driver)
target_sources(test_driver PRIVATE ${PROJECT_SOURCE_DIR}/compiler/driver/allocations.cpp)
