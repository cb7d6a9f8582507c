-- Begins to show the journal as of one moment. Locked first: a month that was detached between the moment and the first
-- look at the events would be gone, and nothing of that moment would say so.
begin isolation level repeatable read read only; lock table only events in access share mode
