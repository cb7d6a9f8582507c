-- Who may do what. holon_owner owns all that the journal is made of; holon_app appends and reads; holon_reader reads.
-- Nobody logs in as one of them: give them to roles that do, `grant holon_app to my_service`. Roles belong to the whole
-- server, so another journal may have made them. This file works for a superuser and for a user with CREATEROLE.

do $$
declare
  wanted text;
begin
  foreach wanted in array array['holon_owner', 'holon_app', 'holon_reader'] loop
    continue when exists (select 1 from pg_roles where rolname = wanted);
    begin
      execute format('create role %I nologin', wanted);
    exception
      when duplicate_object or unique_violation then null;  -- made by another journal at this moment
      when insufficient_privilege then
        raise exception 'user "%" may not create the role %; let an administrator run: create role holon_owner; create role holon_app; create role holon_reader; grant holon_owner to "%"',
          current_user, wanted, current_user using errcode = 'insufficient_privilege';
    end;
  end loop;

  -- Who creates a role may act as it up to PostgreSQL 15; from 16 on, that has to be granted, and SET tells.
  if not pg_has_role('holon_owner',
                     case when current_setting('server_version_num')::integer >= 160000 then 'SET' else 'MEMBER' end) then
    begin
      execute format('grant holon_owner to %I', current_user);
    exception when insufficient_privilege then
      raise exception 'user "%" may not act as the role holon_owner; let an administrator run: grant holon_owner to "%"',
        current_user, current_user using errcode = 'insufficient_privilege';
    end;
  end if;
end $$;

-- PostgreSQL only warns of a grant that is not ours to give, so it is looked at afterwards.
do $$
begin
  execute format('grant usage, create on schema %I to holon_owner', current_schema);
  execute format('grant usage on schema %I to holon_app, holon_reader', current_schema);
  if not (has_schema_privilege('holon_owner', current_schema, 'usage')
          and has_schema_privilege('holon_owner', current_schema, 'create')
          and has_schema_privilege('holon_app', current_schema, 'usage')
          and has_schema_privilege('holon_reader', current_schema, 'usage')) then
    raise exception 'user "%" may not grant rights on the schema %; let its owner run: grant usage, create on schema % to holon_owner; grant usage on schema % to holon_app, holon_reader',
      current_user, current_schema, current_schema, current_schema using errcode = 'insufficient_privilege';
  end if;
end $$;

do $$
declare
  each text;
begin
  foreach each in array array['journal_migrations', 'journal_info', 'journal_partitions', 'batches', 'events',
                              'sealed_streams', 'sealed_event_ids', 'settled_commands', 'snapshots', 'stream_metadata']
                        || array(select name from journal_partitions) loop
    execute format('alter table %I owner to holon_owner', each);
  end loop;
  foreach each in array array['refuse_change()', 'refuse_settled(uuid[])', 'make_partition(timestamptz)',
                              'make_partitions_ahead(integer)', 'next_to_seal()', 'collect_sealed(text)',
                              'mark_sealed(text)'] loop
    execute format('alter function %s owner to holon_owner', each);
    execute format('revoke execute on function %s from public', each);
  end loop;
end $$;

-- From here to the end of the transaction as the owner: what it grants and what it makes later is its own.
set local role holon_owner;

do $$
begin
  execute format('grant select on %s to holon_app, holon_reader',
                 (select string_agg(format('%I', name), ', ') from journal_partitions));
end $$;
grant select on journal_migrations, journal_info, journal_partitions, batches, events, sealed_streams, sealed_event_ids,
  settled_commands, snapshots, stream_metadata to holon_app, holon_reader;

grant insert on events, batches, settled_commands to holon_app;
grant insert, update on snapshots, stream_metadata to holon_app;
grant execute on function refuse_settled(uuid[]), make_partition(timestamptz), make_partitions_ahead(integer),
  next_to_seal(), collect_sealed(text), mark_sealed(text) to holon_app;

-- Of partitions and functions that are made later.
alter default privileges grant select on tables to holon_app, holon_reader;
alter default privileges revoke execute on functions from public;
