sbx_unit_test(state SOURCES state_cells.cpp state_store.cpp state_sqlite.cpp state_redis.cpp DEPS state)
