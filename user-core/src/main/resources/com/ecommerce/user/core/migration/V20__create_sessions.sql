-- Logins of users. The refresh token itself is nowhere: a row has the digest of the current one, and from a presented one
-- the key below leads to its successors.
create table sessions (
  id uuid constraint sessions_pkey primary key,
  user_id uuid not null constraint sessions_user_id_fkey references users (id) on delete cascade,
  device_name text not null,
  client_network text not null,
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  -- SHA-256 of the current refresh token's secret, which is the generation-th after the first.
  refresh_digest bytea not null constraint sessions_refresh_digest_check check (octet_length(refresh_digest) = 32),
  generation bigint not null constraint sessions_generation_check check (generation >= 0)
);
create index sessions_by_user on sessions (user_id);
create index sessions_by_end on sessions (least(ended_at, expires_at));

insert into service_keys (name, secret)
  values ('refresh-tokens', decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));
