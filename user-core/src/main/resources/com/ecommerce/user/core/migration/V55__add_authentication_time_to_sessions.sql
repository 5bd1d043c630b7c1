-- When the user of a session last proved the password in it. Null in the rows of before, and of instances of the version
-- before: such a session counts as one that has not proven it for long.
alter table sessions add column authenticated_at timestamptz;
