-- The last offset that an event has, 0 if there is none.
select coalesce(max(global_offset), 0) from events
