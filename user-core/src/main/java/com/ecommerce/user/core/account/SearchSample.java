package com.ecommerce.user.core.account;

/**
 * The matches of a search in a sample of all users, chosen by hash. They determine the cheapest way
 * of finding all matches; for some queries, another way would read the whole table.
 *
 * @param ratio one in so many users is in the sample
 * @param narrow whether the filters admit less than half of all users
 * @param candidates how many the index of pieces has for the words
 * @param prefixed how many it has for texts that begin with the query
 * @param admittedUsers how many of all users the filters admit, at most
 * @param found how many match and are admitted
 * @param foundPrefixed how many of these begin with the query
 * @param prefixedAhead how many of those are after the page's start
 * @param prefixLead how many admitted ones lie between the page's start and the first such match
 * @param restLead how many admitted ones lie between the page's start and the first other match
 */
record SearchSample(
    int ratio,
    boolean narrow,
    int candidates,
    int prefixed,
    long admittedUsers,
    int found,
    int foundPrefixed,
    int prefixedAhead,
    int prefixLead,
    int restLead) {
  /** Read in no time, and enough for most searches. */
  static final int COARSE = 1024;

  /** All that the table user_sample has; the SQL function is_in_user_sample knows it too. */
  static final int FINE = 256;

  /** To fetch a candidate through the index of pieces takes as long as to walk over so many. */
  private static final int INDEX_COST = 3;

  /** The same for a user of a narrow walk, who is on a page of his own. */
  private static final int NARROW_COST = 3;

  /** The number of matches that are always cheap enough to fetch and sort. */
  private static final int FEW_MATCHES = 4_000;

  /** The number of users that suffices to tell a common piece from a rare one. */
  private static final int FEW_USERS = 128;

  /** The number of matches in a sample from which on they are unlikely to be by chance. */
  private static final int SOME = 5;

  /**
   * Of 10,000 matches 10 are expected in a coarse sample and 39 in a fine one. So many are there
   * with a probability of 2e-16 (Poisson).
   */
  private static final int PROOF_BY_COARSE = 45;

  private static final int PROOF_BY_FINE = 100;

  /** The ratio for a sample that only tells common pieces from rare ones. */
  static int ratioOfFew(long users) {
    return (int) Math.max(FINE, Long.highestOneBit(users / FEW_USERS));
  }

  /** Returns whether there are more than 10,000 matches, beyond doubt. */
  boolean provesMany() {
    return found >= (ratio == COARSE ? PROOF_BY_COARSE : PROOF_BY_FINE);
  }

  /** Returns whether a finer sample may make counting unnecessary. */
  boolean isInconclusive() {
    return ratio == COARSE && found >= SOME && !provesMany();
  }

  /** Returns whether to fetch all matches, of every rank, through the index of pieces. */
  boolean isFetchable(int limit) {
    long step =
        prefixedAhead > 0 ? prefixStep(limit) : prefixStep(limit) + walkCost(restWalk(limit));
    return indexCost(candidates) <= Math.max(step, INDEX_COST * FEW_MATCHES);
  }

  private long prefixStep(int limit) {
    return Math.min(indexCost(prefixed), walkCost(prefixWalk(limit)));
  }

  /** Returns whether to fetch all matches that begin with the query through the index of pieces. */
  boolean isPrefixFetchable(int limit) {
    return indexCost(prefixed) <= walkCost(prefixWalk(limit));
  }

  /**
   * Returns whether to count through the index of pieces rather than by walking over all admitted
   * users.
   */
  boolean isCountedByIndex() {
    return indexCost(candidates) <= walkCost(admittedUsers);
  }

  /**
   * Returns how many users a walk is expected to meet before it has found that many matches that
   * begin with the query.
   */
  long prefixWalk(int limit) {
    return walk(prefixLead, foundPrefixed, limit);
  }

  /**
   * Returns how many users a walk is expected to meet before it has found that many of the other
   * matches.
   */
  long restWalk(int limit) {
    return walk(restLead, found - foundPrefixed, limit);
  }

  private long walk(int lead, int matches, int limit) {
    long between = limit * admittedUsers / ((long) ratio * matches + 1);
    return Math.min((long) ratio * (lead + 1) + between, admittedUsers);
  }

  private long walkCost(long users) {
    return narrow ? NARROW_COST * users : users;
  }

  private long indexCost(int matches) {
    return (long) INDEX_COST * ratio * matches;
  }
}
