pkg_check_modules(Z3 REQUIRED IMPORTED_TARGET z3)
sbx_unit_test(geometry SOURCES geometry_bands.cpp geometry_directions.cpp geometry_partitions.cpp DEPS geometry LIBS PkgConfig::Z3)
