-- The standbys that a commit waits for, as they are configured; empty: none.
select current_setting('synchronous_standby_names')
