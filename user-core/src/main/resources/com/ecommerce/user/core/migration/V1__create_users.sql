-- Users, their credentials, the event log, and what makes lists and searches fast at millions of rows.
create extension if not exists pg_trgm;

-- One number for a user's status and set of roles. A filter over statuses and roles becomes a list of these numbers, so
-- that every sort needs one index for all filters, and counts can be kept per number.
create function user_segment(status text, roles text[]) returns smallint
  language sql immutable strict parallel safe
  return (
    case status
      when 'ACTIVE' then 0
      when 'PENDING_VERIFICATION' then 1
      when 'DEACTIVATED' then 2
      when 'SUSPENDED' then 3
      when 'BANNED' then 4
    end * 16
    + case when 'CUSTOMER' = any (roles) then 1 else 0 end
    + case when 'SELLER' = any (roles) then 2 else 0 end
    + case when 'ADMIN' = any (roles) then 4 else 0 end
    + case when 'SUPPORT' = any (roles) then 8 else 0 end)::smallint;

-- The one- and two-letter beginnings of the email and of every word of the names: a trigram index cannot find those.
create function user_short_prefixes(email text, first_name text, last_name text, display_name text) returns text[]
  language sql immutable strict parallel safe
  return (
    select array_agg(distinct left(word, length))
    from regexp_split_to_table(
        lower(email || ' ' || first_name || ' ' || last_name || ' ' || display_name), '\s+') as word,
      generate_series(1, 2) as length
    where word <> '');

create table users (
  id uuid constraint users_pkey primary key,
  email text not null constraint users_email_key unique,
  pending_email text,
  display_name text not null,
  first_name text not null,
  last_name text not null,
  phone_country_code text,
  phone_national_number text,
  phone_e164 text,
  avatar_url text not null,
  status text not null constraint users_status_check
    check (status in ('ACTIVE', 'PENDING_VERIFICATION', 'DEACTIVATED', 'SUSPENDED', 'BANNED')),
  roles text[] not null constraint users_roles_check
    check (cardinality(roles) > 0 and roles <@ array['CUSTOMER', 'SELLER', 'ADMIN', 'SUPPORT']),
  email_verified boolean not null,
  phone_verified boolean not null,
  bio text not null,
  date_of_birth date,
  gender text not null,
  language text not null,
  currency text not null,
  timezone text not null,
  company text not null,
  website text not null,
  social_link_names text[] not null,
  social_link_urls text[] not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  created_by text not null,
  updated_by text not null,
  version bigint not null constraint users_version_check check (version > 0),
  -- '-infinity' is never: a keyset over a column needs a value in every row.
  last_login_at timestamptz not null default '-infinity',
  segment smallint not null generated always as (user_segment(status, roles)) stored,
  search_text text not null
    generated always as (lower(email || ' ' || first_name || ' ' || last_name || ' ' || display_name)) stored,
  short_prefixes text[] not null
    generated always as (user_short_prefixes(email, first_name, last_name, display_name)) stored,
  constraint users_phone_check check (num_nulls(phone_country_code, phone_national_number, phone_e164) in (0, 3)),
  constraint users_social_links_check check (cardinality(social_link_names) = cardinality(social_link_urls))
);

create index users_by_created_at on users (segment, created_at, id);
create index users_by_updated_at on users (segment, updated_at, id);
create index users_by_last_login_at on users (segment, last_login_at, id);
create index users_by_email on users (segment, email collate "C", id);
create index users_by_display_name on users (segment, lower(display_name) collate "C", id);
create index users_by_first_name on users (segment, lower(first_name) collate "C", id);
create index users_by_last_name on users (segment, lower(last_name) collate "C", id);
create index users_by_search_text on users using gin (search_text gin_trgm_ops);
create index users_by_short_prefixes on users using gin (short_prefixes);
-- Searches walk all users from the newest on when most of them match.
create index users_newest_first on users (created_at, id);

-- How many users each segment has, exactly, without counting rows. Writers spread over shards by their backend, so that
-- they do not wait for each other; a reader adds the shards up.
create table user_counts (
  segment smallint not null,
  shard smallint not null,
  users bigint not null,
  constraint user_counts_pkey primary key (segment, shard)
) with (fillfactor = 50);

create function count_users() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into user_counts as c (segment, shard, users)
      select segment, pg_backend_pid() % 64, count(*) from inserted group by segment order by segment
      on conflict (segment, shard) do update set users = c.users + excluded.users;
  elsif tg_op = 'DELETE' then
    insert into user_counts as c (segment, shard, users)
      select segment, pg_backend_pid() % 64, -count(*) from deleted group by segment order by segment
      on conflict (segment, shard) do update set users = c.users + excluded.users;
  else
    insert into user_counts as c (segment, shard, users)
      select segment, pg_backend_pid() % 64, sum(change)
      from (select segment, 1 as change from inserted union all select segment, -1 from deleted) as changes
      group by segment having sum(change) <> 0 order by segment
      on conflict (segment, shard) do update set users = c.users + excluded.users;
  end if;
  return null;
end $$;

create trigger users_count_inserted after insert on users
  referencing new table as inserted for each statement execute function count_users();
create trigger users_count_updated after update on users
  referencing new table as inserted old table as deleted for each statement execute function count_users();
create trigger users_count_deleted after delete on users
  referencing old table as deleted for each statement execute function count_users();

-- Apart from users, so that no read of a user can carry a hash.
create table credentials (
  user_id uuid constraint credentials_pkey primary key
    constraint credentials_user_id_fkey references users (id) on delete cascade,
  password_hash text not null,
  changed_at timestamptz not null
);

-- What happened, for good. No personal data, no secret, and no foreign key: it outlives the user.
create table events (
  id uuid constraint events_pkey primary key,
  occurred_at timestamptz not null,
  actor text not null,
  type text not null,
  user_id uuid not null,
  reason text not null,
  fields text[] not null
);
create index events_by_user on events (user_id, id);

create function refuse_event_change() returns trigger language plpgsql as $$
begin
  raise exception 'events are append-only';
end $$;
create trigger events_append_only before update or delete or truncate on events
  for each statement execute function refuse_event_change();

-- Keys that all instances on this database share. Made here once, so that no two instances can race to make them.
create table service_keys (
  name text constraint service_keys_pkey primary key,
  secret bytea not null
);
insert into service_keys (name, secret)
  values ('page-tokens', decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));
