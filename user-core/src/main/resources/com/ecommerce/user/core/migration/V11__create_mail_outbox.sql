-- Mail to send. A row is written with the change that causes it; the text is made when it is sent.
create table mail_outbox (
  -- Also in the Message-ID, so that a copy that was sent twice can be recognised.
  id uuid constraint mail_outbox_pkey primary key,
  kind text not null constraint mail_outbox_kind_check
    check (kind in ('VERIFY_EMAIL', 'RESET_PASSWORD', 'PASSWORD_CHANGED', 'EMAIL_CHANGE_REQUESTED')),
  recipient text not null,
  -- None as long as nobody has looked whether an address that a reset was asked for has an account.
  user_id uuid constraint mail_outbox_user_id_fkey references users (id) on delete cascade,
  -- Null also when the token was purged: a mail that failed is kept for longer.
  token_id uuid constraint mail_outbox_token_id_fkey references tokens (id) on delete set null,
  -- The address that a notice of a change of email tells of.
  new_email text,
  state text not null constraint mail_outbox_state_check check (state in ('WAITING', 'SENT', 'FAILED')),
  created_at timestamptz not null,
  attempts integer not null,
  -- When it is due. While a worker sends it: when another one may assume that the worker died.
  next_attempt_at timestamptz not null,
  finished_at timestamptz,
  constraint mail_outbox_user_check check (user_id is not null or kind = 'RESET_PASSWORD'),
  constraint mail_outbox_finished_check check ((finished_at is null) = (state = 'WAITING'))
);

create index mail_outbox_due on mail_outbox (next_attempt_at) where state = 'WAITING';
create index mail_outbox_by_created_at on mail_outbox (created_at) where state = 'WAITING';
create index mail_outbox_by_finished_at on mail_outbox (state, finished_at) where state <> 'WAITING';
create index mail_outbox_by_user on mail_outbox (user_id);
create index mail_outbox_by_token on mail_outbox (token_id);
-- However often a reset is asked for, one question per address waits.
create unique index mail_outbox_open_reset_key on mail_outbox (recipient) where user_id is null and state = 'WAITING';
