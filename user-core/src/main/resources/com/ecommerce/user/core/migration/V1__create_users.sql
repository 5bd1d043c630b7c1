-- Users, their credentials, the event log, and what makes lists and searches fast at millions of rows.

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

-- What a search looks into: the email, the full name, the last name and the display name, in lower case. Each begins
-- with a line feed and a space and every word with a space, which no name contains otherwise, so that "a text begins
-- with" and "a word begins with" are substrings like any other. A text that only repeats the start of another is left
-- out.
create function user_search_text(email text, first_name text, last_name text, display_name text) returns text
  language plpgsql immutable strict parallel safe as $$
declare
  full_name text := btrim(first_name || ' ' || last_name);
  result text := E'\n ' || email;
begin
  if full_name <> '' then
    result := result || E'\n ' || full_name;
  end if;
  if first_name <> '' and last_name <> '' then
    result := result || E'\n ' || last_name;
  end if;
  if display_name <> full_name and not starts_with(email, display_name) then
    result := result || E'\n ' || display_name;
  end if;
  -- Whatever Unicode calls white space separates words, as in UserSearch.
  return lower(regexp_replace(result || E'\n',
    U&'[ \00A0\1680\2000-\200A\2028\2029\202F\205F\3000]+', ' ', 'g'));
end $$;

-- The pieces by which the index finds a user: every three letters in a row of a text of user_search_text, the first
-- letter of every word, the segment and the time of creation to 49 days (2^22 seconds). Unlike pg_trgm's these include
-- signs, depend on no locale, know how a text or a word begins, and have the filters beside the words.
-- SearchTerms and SearchScope are the twins.
create function user_search_pieces(search_text text, segment smallint, created_at timestamptz) returns text[]
  language plpgsql immutable strict parallel safe as $$
declare
  letters constant text[] := string_to_array(search_text, null);
  pieces text[] := array[
    E'\ns' || segment, E'\nt' || floor(extract(epoch from created_at) / 4194304)::integer];
begin
  for i in 1 .. cardinality(letters) - 2 loop
    -- What reaches over the end of a text is never asked for.
    if letters[i + 1] <> E'\n' and letters[i + 2] <> E'\n' then
      pieces[cardinality(pieces) + 1] := letters[i] || letters[i + 1] || letters[i + 2];
    end if;
    if letters[i] = ' ' then
      pieces[cardinality(pieces) + 1] := ' ' || letters[i + 1];
    end if;
  end loop;
  return pieces;
end $$;

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
  constraint users_phone_check check (num_nulls(phone_country_code, phone_national_number, phone_e164) in (0, 3)),
  constraint users_social_links_check check (cardinality(social_link_names) = cardinality(social_link_urls))
) with (
  -- Room on each page, so that an update that changes no indexed column touches no index (HOT).
  fillfactor = 85
);

-- What lists and searches read: the texts and the segment of every user, apart from the rest of the row, so that
-- reading is dense and a change of anything else leaves these indexes alone. Kept by triggers.
create table user_directory (
  id uuid constraint user_directory_pkey primary key,
  created_at timestamptz not null,
  segment smallint not null,
  email text collate "C" not null,
  display_name text collate "C" not null,
  first_name text collate "C" not null,
  last_name text collate "C" not null,
  search_text text collate "C" not null
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);

create index user_directory_by_created_at on user_directory (segment, created_at, id);
create index user_directory_by_email on user_directory (segment, email, id);
create index user_directory_by_display_name on user_directory (segment, display_name, id);
create index user_directory_by_first_name on user_directory (segment, first_name, id);
create index user_directory_by_last_name on user_directory (segment, last_name, id);
-- Searches walk all users from the newest on when many of them match.
create index user_directory_newest_first on user_directory (created_at, id);
-- Without the list of pending entries, which every search would have to read from end to end.
create index user_directory_by_pieces on user_directory using gin (user_search_pieces(search_text, segment, created_at))
  with (fastupdate = off);

-- One in 256 users, chosen by the id's hash: a search looks here first to learn how many it is about to find.
create table user_sample (
  id uuid constraint user_sample_pkey primary key,
  created_at timestamptz not null,
  segment smallint not null,
  search_text text collate "C" not null
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);

create function is_in_user_sample(id uuid) returns boolean
  language sql immutable strict parallel safe
  return uuid_hash(id) & 255 = 0;

-- The times that change with nearly every update, apart from the indexes that do not.
create table user_times (
  id uuid constraint user_times_pkey primary key,
  segment smallint not null,
  updated_at timestamptz not null,
  last_login_at timestamptz not null
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);

create index user_times_by_updated_at on user_times (segment, updated_at, id);
create index user_times_by_last_login_at on user_times (segment, last_login_at, id);

-- How many users each segment has, exactly, without counting rows. Writers spread over shards by their backend, so that
-- they do not wait for each other; a reader adds the shards up.
create table user_counts (
  segment smallint not null,
  shard smallint not null,
  users bigint not null,
  constraint user_counts_pkey primary key (segment, shard)
) with (fillfactor = 50);

create function enter_users() returns trigger language plpgsql as $$
begin
  insert into user_times (id, segment, updated_at, last_login_at)
    select id, segment, updated_at, last_login_at from inserted;
  insert into user_directory (id, created_at, segment, email, display_name, first_name, last_name, search_text)
    select id, created_at, segment, email, lower(display_name), lower(first_name), lower(last_name),
      user_search_text(email, first_name, last_name, display_name)
    from inserted;
  insert into user_sample (id, created_at, segment, search_text)
    select id, created_at, segment, user_search_text(email, first_name, last_name, display_name)
    from inserted where is_in_user_sample(id);
  insert into user_counts as c (segment, shard, users)
    select segment, pg_backend_pid() % 64, count(*) from inserted group by segment order by segment
    on conflict (segment, shard) do update set users = c.users + excluded.users;
  return null;
end $$;

create function remove_users() returns trigger language plpgsql as $$
begin
  delete from user_times using deleted where user_times.id = deleted.id;
  delete from user_directory using deleted where user_directory.id = deleted.id;
  delete from user_sample using deleted where user_sample.id = deleted.id;
  insert into user_counts as c (segment, shard, users)
    select segment, pg_backend_pid() % 64, -count(*) from deleted group by segment order by segment
    on conflict (segment, shard) do update set users = c.users + excluded.users;
  return null;
end $$;

create function recount_users() returns trigger language plpgsql as $$
begin
  insert into user_counts as c (segment, shard, users)
    select segment, pg_backend_pid() % 64, sum(change)
    from (select segment, 1 as change from inserted union all select segment, -1 from deleted) as changes
    group by segment having sum(change) <> 0 order by segment
    on conflict (segment, shard) do update set users = c.users + excluded.users;
  return null;
end $$;

create function note_user_times() returns trigger language plpgsql as $$
begin
  update user_times set segment = new.segment, updated_at = new.updated_at, last_login_at = new.last_login_at
    where id = new.id;
  return null;
end $$;

create function enter_changed_user() returns trigger language plpgsql as $$
declare
  text constant text := user_search_text(new.email, new.first_name, new.last_name, new.display_name);
begin
  update user_directory
    set created_at = new.created_at, segment = new.segment, email = new.email, display_name = lower(new.display_name),
      first_name = lower(new.first_name), last_name = lower(new.last_name), search_text = text
    where id = new.id;
  if is_in_user_sample(new.id) then
    update user_sample set created_at = new.created_at, segment = new.segment, search_text = text where id = new.id;
  end if;
  return null;
end $$;

create function remove_all_users() returns trigger language plpgsql as $$
begin
  truncate user_times, user_directory, user_sample, user_counts;
  return null;
end $$;

create trigger users_truncated after truncate on users
  for each statement execute function remove_all_users();
create trigger users_inserted after insert on users
  referencing new table as inserted for each statement execute function enter_users();
create trigger users_deleted after delete on users
  referencing old table as deleted for each statement execute function remove_users();
create trigger users_recounted after update on users
  referencing new table as inserted old table as deleted for each statement execute function recount_users();
create trigger users_times_changed after update on users for each row
  when ((old.segment, old.updated_at, old.last_login_at)
    is distinct from (new.segment, new.updated_at, new.last_login_at))
  execute function note_user_times();
create trigger users_texts_changed after update on users for each row
  when ((old.created_at, old.segment, old.email, old.display_name, old.first_name, old.last_name)
    is distinct from (new.created_at, new.segment, new.email, new.display_name, new.first_name, new.last_name))
  execute function enter_changed_user();

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
