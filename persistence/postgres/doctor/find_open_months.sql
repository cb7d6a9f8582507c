-- Months that lack one of the three unique indexes that keep the journal whole: month and how many it has. No row: none.
select c.relname::text, count(x.indexrelid)
from pg_inherits h join pg_class c on c.oid = h.inhrelid
left join pg_index x on x.indrelid = c.oid and x.indisunique and x.indisvalid and x.indpred is null
  and (select string_agg(a.attname, ',' order by k.place)
       from unnest(x.indkey::smallint[]) with ordinality k (number, place)
       join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number)
      in ('global_offset', 'event_id', 'stream_id,version')
where h.inhparent = to_regclass(quote_ident(current_schema()) || '.events')
group by c.relname having count(x.indexrelid) < 3
order by 1
