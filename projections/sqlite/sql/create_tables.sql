-- Makes the list of read-model tables: which projection fills it, and its description as projections wrote it.
CREATE TABLE IF NOT EXISTS holon_tables (
  name        TEXT NOT NULL PRIMARY KEY,
  projection  TEXT NOT NULL,
  description TEXT NOT NULL
) WITHOUT ROWID, STRICT;
