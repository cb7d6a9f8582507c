-- From now on this connection hears when the journal grows.
listen holon_journal
