sbx_unit_test(gateway_settings SOURCES gateway_findings.cpp gateway_guide.cpp gateway_identity.cpp gateway_secrets.cpp gateway_settings.cpp DEPS gateway no_compiler)
