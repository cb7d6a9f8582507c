-- Takes month $1 out of the journal. lock_not_available: somebody uses the events for longer than lock_timeout.
select detach_archived($1::text)
