-- What users want to be told and to show. A user without a row never chose: then the defaults hold, which the
-- application knows, so that they can change without touching a row.
create table preferences (
  user_id uuid constraint preferences_pkey primary key
    constraint preferences_user_id_fkey references users (id) on delete cascade,
  email_order_updates boolean not null,
  email_promotions boolean not null,
  email_newsletter boolean not null,
  email_seller_updates boolean not null,
  email_security_alerts boolean not null,
  push_enabled boolean not null,
  push_order_updates boolean not null,
  push_price_alerts boolean not null,
  push_messages boolean not null,
  sms_enabled boolean not null,
  sms_delivery_updates boolean not null,
  sms_two_factor_auth boolean not null,
  privacy_public_profile boolean not null,
  privacy_show_online_status boolean not null,
  privacy_searchable boolean not null,
  privacy_share_activity boolean not null
);
