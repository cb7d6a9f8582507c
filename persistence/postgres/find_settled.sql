-- What the commands $1 were answered without an event, in no order. A command without a row: it was not, or with events.
select command_id, stream_id, version, code, explanation from settled_commands where command_id = any ($1::uuid[])
