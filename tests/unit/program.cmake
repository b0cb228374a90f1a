sbx_unit_test(program SOURCES program_evaluate.cpp program_winner.cpp program_types.cpp program_private_file.cpp DEPS program)
