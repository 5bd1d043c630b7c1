package com.ecommerce.user.core.internal.directory;

/**
 * The statements of {@link UserSearchDao}. Each is written so that the planner can use only the
 * index that is meant for it.
 */
final class UserSearchSql {
  /**
   * Disables plans that read whole tables or sort rows that an index has in order, and JIT
   * compilation, which costs more than it saves. The memory suffices for an exact bitmap of the
   * rows of some 10,000,000 users. A lossy one has a bit for each page, and all rows of the page
   * would have to be checked.
   */
  static final String PREPARE =
      """
      select user_search_fold(:query) as query, min(created_at) as oldest, max(created_at) as newest,
        set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true),
        set_config('enable_seqscan', 'off', true), set_config('enable_sort', 'off', true),
        set_config('enable_incremental_sort', 'off', true), set_config('work_mem', '32MB', true)
      from user_directory
      """;

  /** Reads the texts of the newest users of the sample, in the order of an index. */
  static final String SAMPLE_TEXTS =
      "select search_text from user_sample order by id desc limit :limit";

  static final String SCAN_RANGE =
      """
      created_at >= :from::timestamptz and (created_at, id) < (:createdAt::timestamptz, :id)
      order by created_at desc, id desc
      """;

  /** Written so that only an index that begins with the segment can be used. */
  static final String SEGMENT_SCAN_RANGE =
      """
      (segment, created_at) >= (wanted.segment, :from::timestamptz)
      and (segment, created_at, id) < (wanted.segment, :createdAt::timestamptz, :id)
      order by segment desc, created_at desc, id desc
      """;

  static final String MATCHES =
      "search_text like all (:patterns::text[]) and search_text not like :excluded";

  static final String SCAN_ALL =
      """
      select id, :tier as tier, created_at::text as created_at
      from (select id, created_at, segment, search_text from user_directory where <scan_range> limit :budget) as scanned
      where segment = any (:segments) and <matches>
      order by scanned.created_at desc, id desc
      limit :limit
      """;

  static final String SCAN_SEGMENTS =
      """
      select id, :tier as tier, created_at::text as created_at
      from unnest(:segments) as wanted (segment)
      cross join lateral (
        select id, created_at
        from (
          select id, segment, created_at, search_text from user_directory
          where <segment_scan_range> limit :budget) as scanned
        where <matches>
        order by segment desc, created_at desc, id desc
        limit :limit) as found
      order by found.created_at desc, id desc
      limit :limit
      """;

  static final String EXACT =
      """
      select directory.id, :tier as tier, directory.created_at::text as created_at
      from users join user_directory as directory on directory.id = users.id
      where users.email = :query and directory.segment = any (:segments)
        and directory.created_at >= :from::timestamptz and directory.created_at < :before::timestamptz
      """;

  static final String GOES_BEYOND_ALL =
      "select exists (select from user_directory where <scan_range> offset :budget limit 1)";

  static final String GOES_BEYOND_SEGMENTS =
      """
      select exists (
        select from unnest(:segments) as wanted (segment)
        cross join lateral (
          select from user_directory where <segment_scan_range> offset :budget limit 1) as beyond)
      """;

  static final String CANDIDATES =
      """
      (select id, created_at, segment, search_text from %s
      where user_search_pieces(search_text, segment, created_at) @> :trigrams::text[] %s offset 0) as candidate
      where\s
      """;

  static final String ADMITTED =
      """
      search_text like all (:patterns::text[]) and segment = any (:segments)
        and created_at >= :from::timestamptz and created_at < :before::timestamptz
      limit :most
      """;

  static final String HAS_ANY = " and user_search_pieces(search_text, segment, created_at) && ";

  /**
   * Counts among the newest users of the sample first, which suffices for a word that is in every
   * twelfth text.
   */
  static final String COUNT_IN_SAMPLE =
      """
      select case when among_newest = :most then :most else (select count(*) from (select from <candidates>) as found) end
      from (
        select count(*) as among_newest
        from (
          select from (select created_at, segment, search_text from user_sample order by id desc limit 1000) as newest
          where <admitted>) as found) as counted
      """;

  static final String FETCH =
      """
      with found as materialized (
        select id, created_at,
          case when search_text like :exactPattern then 0 when search_text like :prefixPattern then 1 else 2 end as tier
        from <candidates>)
      select total, id, tier, page.created_at::text as created_at
      from (select count(*) as total from found) as counted
      left join (
        select id, tier, created_at
        from found
        where tier > :tier or (tier = :tier and (created_at, id) < (:createdAt::timestamptz, :id))
        order by tier, created_at desc, id desc
        limit :limit) as page on true
      order by tier, page.created_at desc, id desc
      """;

  static final String COUNT_SEGMENTS =
      """
      select count(*)
      from (
        select from unnest(:segments) as wanted (segment)
        cross join lateral (
          select from user_directory
          where (segment, created_at) >= (wanted.segment, :from::timestamptz)
            and (segment, created_at) < (wanted.segment, :before::timestamptz)
            and search_text like all (:patterns::text[])
          order by segment, created_at, id) as found
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
