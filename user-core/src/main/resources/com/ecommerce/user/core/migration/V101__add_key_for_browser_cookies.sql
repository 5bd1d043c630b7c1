-- Encrypts the cookies of browser sessions, so that their tokens are of no use outside of the pages.
insert into service_keys (name, secret)
  values ('browser-cookies', decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));
