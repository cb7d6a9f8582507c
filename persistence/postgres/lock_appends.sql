-- Waits until no other writer of this journal that does so too is at work. Only fairness: what keeps writers apart is
-- the number. The key is the journal's own: its table (decisions/names_of_a_journal.md).
select pg_advisory_xact_lock('batches'::regclass::oid::int4, 1)
