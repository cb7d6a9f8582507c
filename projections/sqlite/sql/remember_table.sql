-- Adds table ?1 of projection ?2 with description ?3 to the list.
INSERT INTO holon_tables (name, projection, description) VALUES (?1, ?2, ?3);
