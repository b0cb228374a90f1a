sbx_unit_test(diag SOURCES diag_render.cpp diag_source.cpp DEPS diag)
