-- A client's secret can be replaced without an interruption: the one before is accepted until its time is over.
alter table service_clients
  add column secret_changed_at timestamptz,
  add column previous_secret_digest bytea
    constraint service_clients_previous_secret_digest_check check (octet_length(previous_secret_digest) = 32),
  add column previous_secret_until timestamptz,
  add constraint service_clients_previous_secret_check
    check ((previous_secret_digest is null) = (previous_secret_until is null));
