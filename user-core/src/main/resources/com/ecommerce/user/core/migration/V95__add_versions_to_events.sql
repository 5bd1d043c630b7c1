-- The user's version after the event, if the event has changed it, and the call that caused the event. Null in the rows
-- of before.
alter table events add column user_version bigint, add column call_id text;

-- Lets the table become a partition without being read while it is locked.
do $$
begin
  execute format(
    'alter table events add constraint events_first_check check (occurred_at < %L) not valid',
    event_partitions_end('event_positions'));
end $$;

-- A clock that was ahead may have written events beyond that time. They go to the future default partition. Their
-- positions lead to them, and to those of the last moments, which have none, their transactions.
drop trigger events_append_only on events;
create table events_default (like events including defaults);
with late as (
  select e.user_id, e.id from event_positions_default p join events e on e.user_id = p.user_id and e.id = p.event_id
  union
  select e.user_id, e.id from event_sequence s join events e on e.transaction_id >= pg_snapshot_xmin(s.seen)
  where e.occurred_at >= event_partitions_end('event_positions')),
moved as (delete from events e using late where e.user_id = late.user_id and e.id = late.id returning e.*)
insert into events_default select * from moved;
