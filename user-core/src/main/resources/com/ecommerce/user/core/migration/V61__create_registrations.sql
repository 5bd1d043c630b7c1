-- From where an account was made, for the owner of its mailbox to see before the first proof, and to tell whether that proof
-- comes from there. A row goes with that proof, with the user, and after 30 days.
create table registrations (
  user_id uuid constraint registrations_pkey primary key
    constraint registrations_user_id_fkey references users (id) on delete cascade,
  -- Empty when it is not known, as of a service that calls for somebody without saying for whom.
  network text not null,
  -- In a few words, such as "Firefox on Windows"; may be empty.
  device text not null,
  created_at timestamptz not null
);
create index registrations_by_created_at on registrations (created_at);
