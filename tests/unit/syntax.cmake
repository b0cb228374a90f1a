sbx_unit_test(syntax SOURCES syntax_declarations.cpp syntax_errors.cpp syntax_expressions.cpp syntax_limits.cpp DEPS syntax)
