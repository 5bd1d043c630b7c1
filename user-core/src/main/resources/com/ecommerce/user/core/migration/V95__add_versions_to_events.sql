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
