-- What a mailed link proves. The secrets themselves are nowhere: each copy of a mail carries its own, made when it is
-- sent, and only its digest is kept.
create table tokens (
  id uuid constraint tokens_pkey primary key,
  user_id uuid not null constraint tokens_user_id_fkey references users (id) on delete cascade,
  purpose text not null constraint tokens_purpose_check check (purpose in ('VERIFY_EMAIL', 'RESET_PASSWORD')),
  -- The mailbox that the link was sent to, and so proves.
  email text not null,
  -- Whether the user asked for it. What the service sends on its own is not counted against the user's limit.
  requested boolean not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  voided_at timestamptz,
  constraint tokens_used_or_void_check check (num_nonnulls(used_at, voided_at) <= 1)
);

-- A newer token voids the older ones of its purpose: the database refuses a second live one.
create unique index tokens_live_key on tokens (user_id, purpose) where used_at is null and voided_at is null;
create index tokens_by_user on tokens (user_id, purpose, created_at);
create index tokens_by_expires_at on tokens (expires_at);

-- SHA-256 of the secrets that were sent for a token.
create table token_digests (
  digest bytea constraint token_digests_pkey primary key
    constraint token_digests_digest_check check (octet_length(digest) = 32),
  token_id uuid not null constraint token_digests_token_id_fkey references tokens (id) on delete cascade
);
create index token_digests_by_token on token_digests (token_id);
