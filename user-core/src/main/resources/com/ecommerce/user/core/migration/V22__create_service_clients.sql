-- Other services that may ask for tokens.
create table service_clients (
  id uuid constraint service_clients_pkey primary key,
  name text not null constraint service_clients_name_key unique,
  -- SHA-256 suffices: the secret is 256 random bits, which nobody can guess however fast the hash is.
  secret_digest bytea not null constraint service_clients_secret_digest_check check (octet_length(secret_digest) = 32),
  created_at timestamptz not null
);
