sbx_unit_test(gateway_settings SOURCES gateway_settings.cpp gateway_findings.cpp gateway_secrets.cpp DEPS gateway no_compiler)
