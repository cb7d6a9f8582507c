-- Tells the writers that month $1 is sealed. unique_violation: again.
select mark_sealed($1::text)
