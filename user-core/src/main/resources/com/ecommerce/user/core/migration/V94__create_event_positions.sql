-- The position of every event in an order that readers can follow: the order in which a sequencer (EventSequencer) found
-- them committed. Apart from events, since positions are assigned after the commit and an event never changes.
create table event_positions (
  position bigint not null,
  occurred_at timestamptz not null,
  user_id uuid not null,
  event_id uuid not null,
  constraint event_positions_pkey primary key (position, occurred_at)
) partition by range (occurred_at);
create index event_positions_by_event on event_positions (user_id, event_id);
create index event_positions_by_time on event_positions (occurred_at, position);

-- The progress of the sequencer, in one row, whose lock makes it the only one.
create table event_sequence (
  id boolean constraint event_sequence_pkey primary key default true constraint event_sequence_id_check check (id),
  -- The last position.
  position bigint not null,
  -- The transactions whose events have positions.
  seen pg_snapshot not null,
  -- The events up to this position may be gone, since their retention has ended.
  dropped_through bigint not null default 0,
  -- The server and the cluster that assigned the last positions; empty before the first.
  server text not null default '',
  cluster text not null default ''
);

-- A timeline begins whenever another server, or another run of it, goes on assigning positions: after a failover or a
-- restore, positions after begins_after may be assigned a second time.
create table event_timelines (
  number bigint generated always as identity constraint event_timelines_pkey primary key,
  id integer not null,
  begins_after bigint not null
);

-- The end of the last partition of a table that is partitioned by time.
create function event_partitions_end(parent text) returns timestamptz language sql stable as $$
  select max((regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''([^'']+)''\)'))[1]::timestamptz)
  from pg_inherits join pg_class c on c.oid = inhrelid
  where inhparent = parent::regclass
$$;

-- Adds partitions of a month each, up to the given time. Events that came into the default partition, because a
-- partition was missing, move to the one that they belong to.
create function add_event_partitions(parent text, until timestamptz) returns void language plpgsql as $$
declare
  beginning timestamptz := event_partitions_end(parent);
  ending timestamptz;
  name text;
begin
  while beginning < until loop
    ending := (beginning at time zone 'UTC' + interval '1 month') at time zone 'UTC';
    name := parent || to_char(beginning at time zone 'UTC', '"_"YYYY"_"MM');
    execute format('create table %I (like %I including defaults)', name, parent);
    execute format('alter table %I replica identity full', name);
    execute format(
      'with moved as (delete from %I where occurred_at >= %L and occurred_at < %L returning *)
       insert into %I select * from moved',
      parent || '_default', beginning, ending, name);
    execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, name, beginning, ending);
    beginning := ending;
  end loop;
end $$;

-- The first partition takes the events of before, and leaves the time of a month or two for an upgrade.
do $$
begin
  execute format(
    'create table event_positions_first partition of event_positions for values from (minvalue) to (%L)',
    date_trunc('month', now(), 'UTC') + interval '2 months');
end $$;
create table event_positions_default partition of event_positions default;

-- One statement sees one snapshot: exactly the events that get no position here are those that it does not see.
with numbered as (
  insert into event_positions (position, occurred_at, user_id, event_id)
  select row_number() over (order by occurred_at, id), occurred_at, user_id, id from events
  returning 1)
insert into event_sequence (position, seen) select (select count(*) from numbered), pg_current_snapshot();
