package com.ecommerce.user.core.account;

/**
 * The statements of {@link UserSearchDao}. Each has one index that serves it, and is fenced in so
 * that the planner has no other choice.
 */
final class UserSearchSql {
  /** Whole tables are never read, and such short statements gain nothing from compilation. */
  static final String PREPARE =
      """
      select user_search_fold(:query) as query, min(created_at) as oldest, max(created_at) as newest,
        set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true),
        set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)
      from user_directory
      """;

  static final String SAMPLE =
      """
      with sample as materialized (
        select created_at, id,
          segment = any (:segments) and created_at >= :from::timestamptz and created_at < :before::timestamptz as admitted,
          (:anySegment or segment = any (:segments)) and created_at >= :indexedFrom::timestamptz
            and created_at < :indexedBefore::timestamptz as indexed,
          search_text like all (:patterns::text[]) as matching, search_text like :prefixPattern as prefixed
        from user_sample where uuid_hash(id) & (:ratio - 1) = 0),
      first_match as (
        select
          coalesce(max(created_at) filter (
            where prefixed and (created_at, id) < (:prefixAt::timestamptz, :prefixId)), '-infinity') as prefix_at,
          coalesce(max(created_at) filter (
            where matching and not prefixed and (created_at, id) < (:restAt::timestamptz, :restId)),
            '-infinity') as rest_at
        from sample where admitted)
      select count(*) filter (where indexed and matching) as candidates,
        count(*) filter (where indexed and prefixed) as prefixed,
        count(*) filter (where admitted) as admitted,
        count(*) filter (where admitted and matching) as found,
        count(*) filter (where admitted and prefixed) as found_prefixed,
        count(*) filter (where admitted and prefixed
          and (created_at, id) < (:prefixAt::timestamptz, :prefixId)) as prefixed_ahead,
        count(*) filter (where admitted and created_at > prefix_at
          and (created_at, id) < (:prefixAt::timestamptz, :prefixId)) as prefix_lead,
        count(*) filter (where admitted and created_at > rest_at
          and (created_at, id) < (:restAt::timestamptz, :restId)) as rest_lead
      from sample cross join first_match
      """;

  static final String SAMPLE_TEXTS =
      "select search_text from user_sample where uuid_hash(id) & (:ratio - 1) = 0";

  static final String STRETCH =
      """
      created_at >= :from::timestamptz and (created_at, id) < (:createdAt::timestamptz, :id)
      order by created_at desc, id desc
      """;

  /** Spelled so that only the index that begins with the segment can serve it. */
  static final String SEGMENT_STRETCH =
      """
      (segment, created_at) >= (wanted.segment, :from::timestamptz)
      and (segment, created_at, id) < (wanted.segment, :createdAt::timestamptz, :id)
      order by segment desc, created_at desc, id desc
      """;

  static final String MATCHES =
      "search_text like all (:patterns::text[]) and search_text not like :excluded";

  static final String WALK_ALL =
      """
      select id, :rank as rank, created_at::text as created_at
      from (select id, created_at, segment, search_text from user_directory where <stretch> limit :budget) as walked
      where segment = any (:segments) and <matches>
      order by walked.created_at desc, id desc
      limit :limit
      """;

  static final String WALK_SEGMENTS =
      """
      select id, :rank as rank, created_at::text as created_at
      from unnest(:segments) as wanted (segment)
      cross join lateral (
        select id, created_at
        from (
          select id, segment, created_at, search_text from user_directory
          where <segment_stretch> limit :budget) as walked
        where <matches>
        order by segment desc, created_at desc, id desc
        limit :limit) as found
      order by found.created_at desc, id desc
      limit :limit
      """;

  static final String EXACT =
      """
      select directory.id, :rank as rank, directory.created_at::text as created_at
      from users join user_directory as directory on directory.id = users.id
      where users.email = :query and directory.segment = any (:segments)
        and directory.created_at >= :from::timestamptz and directory.created_at < :before::timestamptz
      """;

  static final String GOES_BEYOND_ALL =
      "select exists (select from user_directory where <stretch> offset :budget limit 1)";

  static final String GOES_BEYOND_SEGMENTS =
      """
      select exists (
        select from unnest(:segments) as wanted (segment)
        cross join lateral (
          select from user_directory where <segment_stretch> offset :budget limit 1) as beyond)
      """;

  static final String CANDIDATES =
      """
      (select id, created_at, segment, search_text from user_directory
      where user_search_pieces(search_text, segment, created_at) @> :pieces::text[] %s offset 0) as candidate
      where search_text like all (:patterns::text[]) and segment = any (:segments)
        and created_at >= :from::timestamptz and created_at < :before::timestamptz
      """;

  static final String HAS_ANY = " and user_search_pieces(search_text, segment, created_at) && ";

  static final String FETCH =
      """
      with found as materialized (
        select id, created_at,
          case when search_text like :exactPattern then 0 when search_text like :prefixPattern then 1 else 2 end as rank
        from <candidates>)
      select total, id, rank, created_at
      from (select count(*) as total from found) as counted
      left join (
        select id, rank, created_at::text as created_at, row_number() over newest_first as number
        from found
        where rank > :rank or (rank = :rank and (created_at, id) < (:createdAt::timestamptz, :id))
        window newest_first as (order by rank, found.created_at desc, id desc)
        order by number
        limit :limit) as page on true
      order by number
      """;

  static final String COUNT_BY_INDEX =
      "select count(*) from (select from <candidates> limit :limit) as found";

  static final String COUNT_SEGMENTS =
      """
      select count(*)
      from (
        select from unnest(:segments) as wanted (segment)
        cross join lateral (
          select from user_directory
          where (segment, created_at) >= (wanted.segment, :from::timestamptz)
            and (segment, created_at) < (wanted.segment, :before::timestamptz)
            and search_text like all (:patterns::text[])) as found
        limit :limit) as counted
      """;

  static final String USERS =
      """
      select <columns> from unnest(:ids) with ordinality as page (found_id, number)
      join users on users.id = page.found_id
      order by number
      """;

  private UserSearchSql() {}
}
