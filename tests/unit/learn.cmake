sbx_unit_test(learn SOURCES learn_bootstrap.cpp DEPS learn)
