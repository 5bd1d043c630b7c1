-- Keys that encrypt the cookies of browser sessions. Every month, a new one follows. The old ones are kept while there may
-- be cookies that they encrypted.
create table cookie_keys (
  number integer constraint cookie_keys_pkey primary key,
  secret bytea not null,
  created_at timestamptz not null
);
insert into cookie_keys (number, secret, created_at)
  select 1, secret, now() from service_keys where name = 'browser-cookies';
delete from service_keys where name = 'browser-cookies';
