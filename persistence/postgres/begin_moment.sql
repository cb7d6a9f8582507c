-- Begins to show the journal as of one moment.
begin isolation level repeatable read read only
