-- Partitions by time, so that old events can be dropped without deleting rows. The table of before becomes the first
-- partition; it is read once, while others write, and locked for a moment at the end.
alter table events validate constraint events_first_check;

drop trigger events_only_lose_reasons on events;
-- Nothing looks an event up by its id alone.
alter table events drop constraint events_pkey;
alter table events replica identity full;
alter index events_by_user rename to events_first_by_user;
alter index events_by_transaction rename to events_first_by_transaction;
alter index events_with_reason rename to events_first_with_reason;
alter table events rename to events_first;

create table events (like events_first including defaults) partition by range (occurred_at);
create index events_by_user on events (user_id, id);
create index events_by_transaction on events (transaction_id) where transaction_id is not null;
create index events_with_reason on events (occurred_at) where reason <> '';
do $$
begin
  execute format(
    'alter table events attach partition events_first for values from (minvalue) to (%L)',
    event_partitions_end('event_positions'));
end $$;
alter table events_first drop constraint events_first_check;
create table events_default partition of events default;
alter table events_default replica identity full;
select add_event_partitions('events', now() + interval '4 months');
select add_event_partitions('event_positions', now() + interval '4 months');

create trigger events_append_only before delete or truncate on events
  for each statement execute function refuse_event_change();
create trigger events_only_lose_reasons before update on events
  for each row execute function refuse_event_change_but_emptied_reason();
