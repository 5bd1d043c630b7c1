-- The position up to which each sink, such as a broker, has received the events. One instance at a time may move it: the
-- holder of a lease, which ends by the clock of the database.
create table event_cursors (
  name text constraint event_cursors_pkey primary key,
  -- Null until the first position is stored.
  timeline integer,
  position bigint,
  -- Grows when another holder takes the lease, and when an operator sets the position.
  revision bigint not null default 1,
  -- Null while nobody holds the lease.
  holder uuid,
  held_until timestamptz,
  constraint event_cursors_position_check check ((timeline is null) = (position is null)),
  constraint event_cursors_lease_check check ((holder is null) = (held_until is null))
);
