-- Keys that sign access tokens. The private part is here in clear, since all instances sign with it: who can read this
-- table can make tokens.
create table signing_keys (
  id text constraint signing_keys_pkey primary key,
  -- A JSON Web Key (RFC 7517) with its private part.
  jwk text not null,
  created_at timestamptz not null,
  -- Set when another key took its place: until then its last tokens live.
  verifies_until timestamptz
);
-- Instances that start at the same time make one key.
create unique index signing_keys_current_key on signing_keys ((true)) where verifies_until is null;
