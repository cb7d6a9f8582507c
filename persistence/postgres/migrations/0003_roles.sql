-- Who may do what. The roles belong to the server, so another journal may have made them.
-- holon_owner owns the tables; holon_app appends and reads; holon_reader reads. Give them to login roles:
--   grant holon_app to my_service;

do $$
declare
  wanted text;
begin
  foreach wanted in array array['holon_owner', 'holon_app', 'holon_reader'] loop
    begin
      if not exists (select 1 from pg_roles where rolname = wanted) then
        execute format('create role %I nologin', wanted);
      end if;
    exception when duplicate_object or unique_violation then null;  -- made by another journal at this moment
    end;
  end loop;
end $$;

grant select on all tables in schema current_schema to holon_app, holon_reader;
