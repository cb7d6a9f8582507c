-- jsonb or json. One row, once migration 1 is applied.
select payload_type from journal_info
