-- Addresses of users, and which of them goods and bills go to by default.
create table addresses (
  id uuid constraint addresses_pkey primary key,
  user_id uuid not null constraint addresses_user_id_fkey references users (id) on delete cascade,
  label text not null,
  full_name text not null constraint addresses_full_name_check check (full_name <> ''),
  phone_country_code text,
  phone_national_number text,
  phone_e164 text,
  line1 text not null constraint addresses_line1_check check (line1 <> ''),
  line2 text not null,
  city text not null constraint addresses_city_check check (city <> ''),
  state text not null,
  postal_code text not null,
  country_code text not null constraint addresses_country_code_check check (country_code ~ '^[A-Z]{2}$'),
  type text not null constraint addresses_type_check check (type in ('SHIPPING', 'BILLING', 'BOTH')),
  is_default_shipping boolean not null,
  is_default_billing boolean not null,
  delivery_instructions text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  created_by text not null,
  updated_by text not null,
  version bigint not null constraint addresses_version_check check (version > 0),
  constraint addresses_phone_check check (num_nulls(phone_country_code, phone_national_number, phone_e164) in (0, 3)),
  constraint addresses_default_shipping_check check (not is_default_shipping or type in ('SHIPPING', 'BOTH')),
  constraint addresses_default_billing_check check (not is_default_billing or type in ('BILLING', 'BOTH'))
);

create index addresses_by_user on addresses (user_id, created_at, id);
create unique index addresses_default_shipping_key on addresses (user_id) where is_default_shipping;
create unique index addresses_default_billing_key on addresses (user_id) where is_default_billing;

-- Which of the user's things an event is about, such as an address; null: the user as a whole.
alter table events add column object_id uuid;
