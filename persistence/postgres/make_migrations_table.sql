-- The memory of what was applied. It commits with the first migration, and 0003_roles gives it to the journal's owner.
create table journal_migrations (
  number integer primary key check (number > 0),
  name text not null,
  checksum text not null,  -- SHA-256 of the migration as the program has it, in hexadecimal
  applied_at timestamptz not null default clock_timestamp(),
  applied_by text not null default session_user,
  program_version text not null
)
