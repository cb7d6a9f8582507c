-- Settings of each connection. NORMAL may take the last commits back after a power cut, rows and checkpoint together:
-- the projection then reads those events again.
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA cache_size = -32768;
PRAGMA temp_store = MEMORY;
