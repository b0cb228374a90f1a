sbx_unit_test(witness SOURCES witness_requests.cpp witness_examples.cpp DEPS pipeline witness engine signals)
