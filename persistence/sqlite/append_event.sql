-- Adds one event: ?1 global_offset, ?2 event_id, ?3 event_type, ?4 schema_version, ?5 stream_id, ?6 stream_type,
-- ?7 version, ?8 actor_id, ?9 source_system, ?10 occurred_at, ?11 recorded_at, ?12 valid_from, ?13 valid_to,
-- ?14 payload, ?15 metadata. A unique constraint that fails: the event id or the version of the stream is taken.
insert into events values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
