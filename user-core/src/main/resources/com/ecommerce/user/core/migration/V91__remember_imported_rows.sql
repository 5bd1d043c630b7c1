-- Digests of the row that a user was last imported from, and of the password hash in it: a row that has not changed since
-- is left alone, and so is a password. Null for users who were not imported.
alter table users add column imported_row bytea, add column imported_password bytea;
