-- Takes table ?1 off the list.
DELETE FROM holon_tables WHERE name = ?1;
