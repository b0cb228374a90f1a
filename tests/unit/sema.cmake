sbx_unit_test(sema SOURCES sema_resolve.cpp DEPS sema)
