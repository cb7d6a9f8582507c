-- The months of the journal, the oldest first: name, its first moment and the first one after it, whether it is sealed,
-- whether it is archived, its first and last offset (0: it has no events, or is not sealed), whether its table is there,
-- and how large that is, in bytes.
select p.name, p.from_time, p.to_time, p.sealed_at is not null, p.archived_at is not null,
       coalesce(p.first_offset, 0), coalesce(p.last_offset, 0), t.id is not null,
       coalesce(pg_total_relation_size(t.id), 0)
from journal_partitions p, lateral (select to_regclass(quote_ident(current_schema()) || '.' || quote_ident(p.name))) t (id)
order by p.from_time
