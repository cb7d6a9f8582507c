-- Adds one event: $1 global_offset, $2 event_id, $3 event_type, $4 stream_id, $5 version, $6 actor_id, $7 source_system,
-- $8 occurred_at, $9 valid_from, $10 valid_to, $11 payload, $12 metadata, $13 stream_type, $14 schema_version,
-- $15 recorded_at of the head, $16 the time or null for the server's: as in append_batch, so both give the same moment.
insert into events (global_offset, event_id, event_type, stream_id, version, actor_id, source_system, occurred_at,
                    valid_from, valid_to, payload, metadata, stream_type, schema_version, recorded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
        greatest($15::timestamptz, coalesce($16::timestamptz, now())))
