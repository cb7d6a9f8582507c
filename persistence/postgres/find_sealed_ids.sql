-- Which of the event ids $1 are in sealed months, archived ones too, and where.
select event_id, global_offset from sealed_event_ids where event_id = any ($1::uuid[])
