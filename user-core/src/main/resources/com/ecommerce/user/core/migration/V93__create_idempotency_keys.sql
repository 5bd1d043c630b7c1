-- Calls with an idempotency key that have ended, so that repeated ones are answered alike. Without personal data: rows
-- outlive users, and are purged after 24 hours.
create table idempotency_keys (
  -- An HMAC of the caller, the method and the key.
  id bytea constraint idempotency_keys_pkey primary key
    constraint idempotency_keys_id_check check (octet_length(id) = 32),
  -- An HMAC of the request without passwords.
  request bytea not null constraint idempotency_keys_request_check check (octet_length(request) = 32),
  -- The user, address or session that the call created.
  object_id uuid,
  -- The number that the call returned.
  result integer,
  -- The reason, message and details, if the call failed.
  failure text[],
  created_at timestamptz not null
);
create index idempotency_keys_by_created_at on idempotency_keys (created_at);

insert into service_keys (name, secret)
  values ('idempotency-keys', decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));
