-- Wrong passwords that were counted: per account and client network, and per client network with an empty account.
create table password_guesses (
  -- An HMAC of the user's id, or of the address where there is no user: no personal data.
  account bytea not null,
  network text not null,
  failures integer not null constraint password_guesses_failures_check check (failures >= 0),
  -- Tries before this are refused.
  closed_until timestamptz not null,
  -- From then on the row counts for nothing.
  forgotten_at timestamptz not null,
  constraint password_guesses_pkey primary key (account, network)
);
create index password_guesses_by_forgotten_at on password_guesses (forgotten_at);

insert into service_keys (name, secret)
  values ('password-guesses', decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));
