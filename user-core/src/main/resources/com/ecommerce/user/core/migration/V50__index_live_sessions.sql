-- A user's sessions that nothing has ended, the last used first: pages of them, and those beyond the limit of a user.
-- Before, each of these read all rows of the user's last day.
create index sessions_live_by_user on sessions (user_id, last_used_at desc, id desc) where ended_at is null;
