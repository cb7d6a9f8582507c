-- Name, projection and description of all tables, in the order of their names.
SELECT name, projection, description FROM holon_tables ORDER BY name;
