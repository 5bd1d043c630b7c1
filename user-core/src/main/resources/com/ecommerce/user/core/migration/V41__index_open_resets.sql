-- Resets that nobody has looked at, of any state, by their address: who is deleted takes them along, and a flood of
-- others shall not slow that down.
create index mail_outbox_open_resets on mail_outbox (recipient) where user_id is null;
