-- The projection and the description of table ?1. No row: there is no such table.
SELECT projection, description FROM holon_tables WHERE name = ?1;
