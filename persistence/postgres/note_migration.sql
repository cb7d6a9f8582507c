-- Notes that migration $1 with name $2 and checksum $3 is applied, by version $4 of the program.
insert into journal_migrations (number, name, checksum, program_version) values ($1, $2, $3, $4)
