pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
sbx_unit_test(models SOURCES models_features.cpp models_files.cpp models_taggers.cpp DEPS models LIBS PkgConfig::XXHASH)
