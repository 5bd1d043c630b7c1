-- By which transaction an event was written, so that each instance can ask for exactly the events that its last look
-- could not see yet. Null in the rows of before; the default comes second, so that the table is not written anew.
alter table events add column transaction_id xid8;
alter table events alter column transaction_id set default pg_current_xact_id();
create index events_by_transaction on events (transaction_id) where transaction_id is not null;
