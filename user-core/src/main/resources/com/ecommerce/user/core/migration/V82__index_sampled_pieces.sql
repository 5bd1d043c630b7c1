-- A search counts its matches in the sample before it looks for all of them. Reading the sample from end to end would
-- take longer the more users there are.
create index user_sample_by_pieces on user_sample using gin (user_search_pieces(search_text, segment, created_at))
  with (fastupdate = off);
