sbx_unit_test(witness SOURCES witness_requests.cpp witness_examples.cpp witness_text_relations.cpp DEPS pipeline witness engine signals)
