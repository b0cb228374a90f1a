sbx_unit_test(learn SOURCES learn_bootstrap.cpp learn_classifiers.cpp learn_metrics.cpp DEPS learn)
