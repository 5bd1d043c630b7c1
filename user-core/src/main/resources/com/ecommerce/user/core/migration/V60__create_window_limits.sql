-- When something was last done for a subject, the newest time first: the mails to a mailbox, the addresses that a user
-- tried. As many times as the limit allows; a row outlives the user.
create table window_limits (
  -- An HMAC of the mailbox or of the user's id: no personal data.
  subject bytea not null constraint window_limits_subject_check check (octet_length(subject) = 32),
  kind text not null,
  times timestamptz[] not null constraint window_limits_times_check check (cardinality(times) > 0),
  -- From then on the row counts for nothing.
  forgotten_at timestamptz not null,
  constraint window_limits_pkey primary key (subject, kind)
);
create index window_limits_by_forgotten_at on window_limits (forgotten_at);

insert into service_keys (name, secret)
  values ('window-limits', decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));

-- The kinds of mails are an enum of the code. A list of them here would have to change with each new kind, in the order of
-- the migrations rather than that of the kinds.
alter table mail_outbox drop constraint mail_outbox_kind_check;
alter table mail_outbox add constraint mail_outbox_kind_check check (kind ~ '^[A-Z][A-Z_]*$');
