-- Links to the address that is to lose an account, or has lost it: one stops a change of email, the other takes it back.
-- The address that comes back is the one that the link was mailed to. It goes with the user, or when the link expires.
--
-- The purposes are an enum of the code; a list of them here would have to change with each new one.
alter table tokens drop constraint tokens_purpose_check;
alter table tokens add constraint tokens_purpose_check check (purpose ~ '^[A-Z][A-Z_]*$');

-- Several of these links may be good at the same time: one more change must not void those of before.
create unique index tokens_newest_key on tokens (user_id, purpose)
  where used_at is null and voided_at is null and purpose not in ('STOP_EMAIL_CHANGE', 'UNDO_EMAIL_CHANGE');
drop index tokens_live_key;
create index tokens_of_email_changes on tokens (expires_at) where purpose in ('STOP_EMAIL_CHANGE', 'UNDO_EMAIL_CHANGE');
