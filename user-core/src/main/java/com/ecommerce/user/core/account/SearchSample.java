package com.ecommerce.user.core.account;

/**
 * What a search finds among one in {@value #RATIO} users, chosen by hash. Tells the cheapest way to
 * find all: ways that are wrong for a query can read the whole table.
 *
 * @param matching how many match the words, whatever the filters
 * @param prefixed how many of these begin with the query
 * @param admittedUsers how many of all users the filters admit, at most
 * @param found how many match and are admitted
 * @param foundPrefixed how many of these begin with the query
 * @param prefixLead how many admitted ones lie between the page's start and the first such match
 * @param restLead how many admitted ones lie between the page's start and the first other match
 */
record SearchSample(
    int matching,
    int prefixed,
    long admittedUsers,
    int found,
    int foundPrefixed,
    int prefixLead,
    int restLead) {
  /** The SQL function is_in_user_sample has it too. */
  static final int RATIO = 1024;

  /** To fetch a candidate through the index of pieces takes as long as to walk over so many. */
  private static final int INDEX_FACTOR = 3;

  /** So many matches may be fetched and sorted without a thought. */
  private static final int FEW_MATCHES = 10_000;

  /**
   * Of 10,000 matches 10 are expected in the sample, and so many are there with a probability of
   * 2e-16 (Poisson).
   */
  private static final int PROOF_OF_MORE_THAN_10_000 = 45;

  /** Whether there are more than 10,000 matches, beyond doubt. */
  boolean provesMany() {
    return found >= PROOF_OF_MORE_THAN_10_000;
  }

  /** Whether to fetch all matches, of every rank, through the index of pieces. */
  boolean isFetchable(int limit) {
    return indexCost(matching) <= Math.max(restWalk(limit), INDEX_FACTOR * FEW_MATCHES);
  }

  /** Whether to fetch all that begin with the query through the index of pieces. */
  boolean isPrefixFetchable(int limit) {
    return indexCost(prefixed) <= prefixWalk(limit);
  }

  /** Whether to count through the index of pieces rather than by walking over all admitted. */
  boolean isCountedByIndex() {
    return indexCost(matching) <= admittedUsers;
  }

  /** How many users a walk is expected to meet before it has so many that begin with the query. */
  long prefixWalk(int limit) {
    return walk(prefixLead, foundPrefixed, limit);
  }

  /** How many users a walk is expected to meet before it has so many of the other matches. */
  long restWalk(int limit) {
    return walk(restLead, found - foundPrefixed, limit);
  }

  private long walk(int lead, int matches, int limit) {
    long between = limit * admittedUsers / ((long) RATIO * matches + 1);
    return Math.min((long) RATIO * (lead + 1) + between, admittedUsers);
  }

  private static long indexCost(int matches) {
    return (long) INDEX_FACTOR * RATIO * matches;
  }
}
