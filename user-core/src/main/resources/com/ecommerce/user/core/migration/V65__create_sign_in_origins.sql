-- The networks and devices that users signed in from. A network that is known to an account is not shut out when the
-- account is under attack from elsewhere, and a sign-in from a new network and device is told to the user.
create table sign_in_origins (
  user_id uuid not null constraint sign_in_origins_user_id_fkey references users (id) on delete cascade,
  kind text not null constraint sign_in_origins_kind_check check (kind in ('NETWORK', 'DEVICE')),
  -- HMAC-SHA256 of kind, user and the network or the device's name: says nothing without the key below.
  digest bytea not null constraint sign_in_origins_digest_check check (octet_length(digest) = 32),
  -- The latest sign-in from there, to a day.
  seen_at timestamptz not null,
  constraint sign_in_origins_pkey primary key (user_id, kind, digest)
);
create index sign_in_origins_by_seen_at on sign_in_origins (seen_at);

insert into service_keys (name, secret)
  values ('sign-in-origins', decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));

-- Sessions tell where users signed in before this table was there. HMAC as RFC 2104 has it: no extension is needed.
with pads as (
  select
    decode(string_agg(lpad(to_hex(key_byte # 54), 2, '0'), '' order by position), 'hex') as inner_pad,
    decode(string_agg(lpad(to_hex(key_byte # 92), 2, '0'), '' order by position), 'hex') as outer_pad
  from (
    select position, case when position < octet_length(secret) then get_byte(secret, position) else 0 end as key_byte
    from service_keys, generate_series(0, 63) as position
    where name = 'sign-in-origins') as key_bytes),
origins as (
  select user_id, 'NETWORK' as kind, client_network as origin, max(last_used_at) as seen_at
  from sessions where client_network <> '' group by user_id, client_network
  union all
  select user_id, 'DEVICE', device_name, max(last_used_at)
  from sessions where device_name <> '' group by user_id, device_name)
insert into sign_in_origins (user_id, kind, digest, seen_at)
  select user_id, kind,
    sha256(outer_pad || sha256(inner_pad || convert_to(kind || ' ' || user_id || ' ' || origin, 'UTF8'))), seen_at
  from origins, pads;
