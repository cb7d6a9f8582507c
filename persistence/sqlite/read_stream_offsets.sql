-- Where stream ?1 has events above version ?2, after offset ?3 up to offset ?4, at most ?5 rows; from the index alone.
select version, global_offset from events
where stream_id = ?1 and version > ?2 and global_offset > ?3 and global_offset <= ?4 order by version limit ?5
