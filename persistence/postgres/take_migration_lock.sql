-- One migration at a time in a database. The lock ends with the transaction: one of a session would stay behind in the
-- pool of a pooler that gives each transaction another session.
select pg_advisory_xact_lock(1752132718, 2)
