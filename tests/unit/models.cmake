sbx_unit_test(models SOURCES models_tokenizer.cpp DEPS models)
