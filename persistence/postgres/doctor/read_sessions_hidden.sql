-- Whether this user sees what the sessions of other users do. One row.
select pg_has_role('pg_read_all_stats', 'usage')
