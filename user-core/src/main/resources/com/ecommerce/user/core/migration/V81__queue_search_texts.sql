-- Users whose search text may be one that an earlier version of user_search_text made. The start of the service works
-- them off in small transactions (SearchTextRefresh), before it answers: in one transaction, it would keep the names of
-- all of them locked for minutes. Texts of ASCII characters are the same as before.
create table user_search_queue (
  id uuid constraint user_search_queue_pkey primary key
);

insert into user_search_queue (id)
  select id from user_directory where octet_length(search_text) <> char_length(search_text);
