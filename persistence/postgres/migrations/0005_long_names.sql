-- Names of types are as long as in adr-0005, 255 characters: class names and sentences are longer than 64. A wider
-- varchar is a change of the catalog alone: no row is written again, and no index is built.
alter table events
  alter column event_type type varchar(255),
  alter column stream_type type varchar(255);
alter table sealed_streams alter column stream_type type varchar(255);
alter table archived_streams alter column stream_type type varchar(255);
