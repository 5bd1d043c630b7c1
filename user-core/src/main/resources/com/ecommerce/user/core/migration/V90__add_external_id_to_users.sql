-- The id of a user in another system, such as the one that the user was imported from. Most users have none, so the index
-- has only those who do.
alter table users add column external_id text;
create unique index users_external_id_key on users (external_id) where external_id is not null;
