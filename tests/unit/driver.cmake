sbx_unit_test(driver SOURCES driver_fix.cpp DEPS driver)
