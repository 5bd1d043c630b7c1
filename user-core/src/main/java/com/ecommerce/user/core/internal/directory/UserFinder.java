package com.ecommerce.user.core.internal.directory;

import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.directory.UserSearch;
import com.ecommerce.user.core.internal.directory.UserSearchDao.Found;
import com.ecommerce.user.core.internal.directory.UserSearchDao.Pass;
import com.ecommerce.user.core.page.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Finds one page of a search's matches, and their number up to 10,000, in one transaction.
 *
 * <p><b>Problem.</b> This is a top-k query: of the {@code m} matches among {@code n} users, return
 * the first {@code k} in the order of tier (exact email, prefix, rest) and age. There are two ways,
 * and each is slow where the other is fast:
 *
 * <ul>
 *   <li>Fetch all matches through the inverted index of trigrams (GIN; Zobel and Moffat, "Inverted
 *       files for text search engines", 2006), then sort them. The cost is proportional to {@code
 *       m}.
 *   <li>Scan the users from the newest to the oldest, and stop at the k-th match. If the matches
 *       are evenly spread, the scan meets {@code k * n / m} users.
 * </ul>
 *
 * <p><b>Algorithm.</b> Access path selection by adaptive sampling (Lipton, Naughton and Schneider,
 * "Practical selectivity estimation through adaptive sampling", 1990). The table {@code
 * user_sample} has one in 256 users, chosen by a hash of the id. Matches in the sample are counted
 * until there are 83: among its 1,000 newest users, which suffices for a common word, else through
 * a trigram index of the sample.
 *
 * <ol>
 *   <li>Fewer than 83: fetch through the index, but 10,001 matches at most. If there are no more
 *       than 10,000, that is the answer, with the exact number.
 *   <li>Otherwise there are too many to count. Find the matches that begin with the query, then the
 *       rest, each by a scan. Prefix matches may be rare even so: they are fetched if the sample
 *       says that this is cheaper than the scan.
 *   <li>A scan that has met 100,000 users is given up for the index, as in the ski rental problem
 *       (Karlin, Manasse, Rudolph and Sleator, "Competitive snoopy caching", 1988): the users that
 *       match may all be old.
 * </ol>
 *
 * <p><b>Why it is right.</b> Both ways return the same matches in the same order, so the sample
 * affects only the cost, with one exception: 83 matches in the sample are taken as a proof that
 * there are more than 10,000. Of 10,000 matches, 39 are expected in the sample; 83 or more have a
 * probability below 1e-9 (tail of the Poisson distribution).
 *
 * <p><b>Bound.</b> Without a time range, a search reads 1,000 users of the sample, {@code m / 256}
 * entries of its index for a word that fewer than one in 12 users match, at most 10,001 matches,
 * and if there are more, {@code k * n / m <= k * n / 10,000} users. A prefix costs at most {@code
 * sqrt(INDEX_COST * k * n)}, where both ways cost the same. If the matches are not evenly spread:
 * 100,000 users, and then all matches.
 *
 * <p><b>Example.</b> Among 10,000,000 users, {@code smith} matches 3,300,000. The count in the
 * sample stops after 250 of its users, the scan for a page of 20 after 60 users. {@code dunvexgri}
 * matches 60, of which the sample has none: the index has them all. The domain {@code @example.com}
 * matches 4,400,000, but no text begins with it: the sample has no such prefix, the index confirms
 * that there is none, and a scan finds the rest.
 *
 * <p>A time range is a condition that the index of trigrams knows only to 49 days. If it has too
 * many candidates outside the range, matches are found and counted by scanning the range.
 */
final class UserFinder {
  /** Matches are counted exactly up to here. */
  private static final int MAX_COUNTED = 10_000;

  /** The number of users for each user of the sample, which is_in_user_sample in SQL selects. */
  private static final long SAMPLE_RATIO = 256;

  /** The number of matches in the sample that proves more than {@link #MAX_COUNTED} in total. */
  private static final int PROOF = 83;

  /** The number of users that a scan reads while the index fetches one match. */
  private static final int INDEX_COST = 3;

  /** The number of users after which a scan is given up. */
  private static final int SCAN_BUDGET = 100_000;

  /** The number of texts of the sample from which the frequency of trigrams is estimated. */
  private static final int SAMPLE_TEXTS = 400;

  private static final Found NOTHING = new Found(List.of(), 0);

  private final UserSearchDao dao;
  private final SearchScope scope;
  private final Optional<SearchHit> place;
  private final int limit;

  private UserFinder(UserSearchDao dao, SearchScope scope, Optional<SearchHit> place, int limit) {
    this.dao = dao;
    this.scope = scope;
    this.place = place;
    this.limit = limit;
  }

  /**
   * Returns the matches after a position, at most as many as the limit, and the number of all
   * matches or {@link Page#NOT_COMPUTED}.
   *
   * @param place the last match of the previous page
   */
  static Found find(Handle tx, UserSearch search, Optional<SearchHit> place, int limit) {
    var dao = new UserSearchDao(tx);
    var prepared = dao.prepare(search.query());
    if (prepared.isEmpty()) {
      return NOTHING;
    }
    var segments = new UserListDao(tx).segments(UserFilter.ALL);
    var start = prepared.get();
    var scope = SearchScope.of(search, segments, start.oldest(), start.newest());
    if (scope.admitted() == 0) {
      return NOTHING;
    }
    var finder = new UserFinder(dao, scope, place, limit);
    return SearchTerms.words(start.query()).isEmpty()
        ? finder.all()
        : finder.matches(SearchTerms.of(start.query()));
  }

  /** Finds all users of the scope, for an empty query, with which every text begins. */
  private Found all() {
    var hits = dao.newest(scope, startOf(SearchHit.PREFIX), limit);
    return new Found(
        hits, scope.hasNoRange() ? counted(scope.admitted()) : countByScanning(List.of()));
  }

  private Found matches(SearchTerms all) {
    var terms = all.hasLongWord() ? all.byRareTrigrams(dao.sampleTexts(SAMPLE_TEXTS)) : all;
    boolean areMany = isProven(scope, terms);
    if (!areMany && (scope.hasNoRange() || !isProven(scope.asIndexed(), terms))) {
      var found = dao.fetch(scope, terms, start(), limit, MAX_COUNTED + 1);
      if (found.total() <= MAX_COUNTED) {
        return found;
      }
      areMany = true;
    }
    List<SearchHit> hits = new ArrayList<>();
    if (start().tier() <= SearchHit.PREFIX) {
      hits.addAll(prefixed(terms));
    }
    if (hits.size() < limit) {
      var rest = new Pass(SearchHit.REST, terms.patterns(), terms.prefixPattern());
      hits.addAll(scan(rest, terms, limit - hits.size()));
    }
    return new Found(hits, areMany ? Page.NOT_COMPUTED : countByScanning(terms.patterns()));
  }

  /** Returns whether the sample proves that there are more matches than are counted. */
  private boolean isProven(SearchScope scope, SearchTerms terms) {
    return dao.countInSample(scope, terms.trigrams(), terms.patterns(), PROOF) == PROOF;
  }

  /** Returns the matches of the first two tiers after the position. */
  private List<SearchHit> prefixed(SearchTerms terms) {
    long sampled =
        dao.countInSample(
            scope.asIndexed(), terms.prefixTrigrams(), List.of(terms.prefixPattern()), PROOF);
    long expected = SAMPLE_RATIO * sampled;
    // A fetch costs INDEX_COST * expected; a scan costs all / expected for each match.
    if (INDEX_COST * expected * expected <= limit * scope.all()) {
      return dao.fetchPrefixed(scope, terms, start(), limit);
    }
    List<SearchHit> hits = new ArrayList<>();
    if (start().tier() < SearchHit.EXACT) {
      hits.addAll(dao.exact(scope, terms));
    }
    var pass = new Pass(SearchHit.PREFIX, List.of(terms.prefixPattern()), terms.exactPattern());
    hits.addAll(scan(pass, terms, limit - hits.size()));
    return hits;
  }

  private List<SearchHit> scan(Pass pass, SearchTerms terms, int wanted) {
    var after = startOf(pass.tier());
    var hits = dao.scan(scope, pass, after, wanted, SCAN_BUDGET);
    if (hits.size() == wanted || !dao.goesBeyond(scope, after, SCAN_BUDGET)) {
      return hits;
    }
    return pass.tier() == SearchHit.PREFIX
        ? dao.fetchPrefixed(scope, terms, after, wanted)
        : dao.fetch(scope, terms, after, wanted, UserSearchDao.ALL).hits();
  }

  private long countByScanning(List<String> patterns) {
    return counted(dao.countByScanning(scope, patterns, MAX_COUNTED + 1));
  }

  private static long counted(long matches) {
    return matches > MAX_COUNTED ? Page.NOT_COMPUTED : matches;
  }

  /** Returns the place where the page starts. */
  private SearchHit start() {
    return place.orElseGet(() -> scope.startOf(SearchHit.EXACT - 1));
  }

  /** Returns the place where the page starts within the matches of a tier. */
  private SearchHit startOf(int tier) {
    return place.filter(hit -> hit.tier() == tier).orElseGet(() -> scope.startOf(tier));
  }
}
