-- Waits until no other writer that does so too is at work. Only fairness: what keeps writers apart is the number.
select pg_advisory_xact_lock(1752132718, 1)
