package com.ecommerce.user.core.account;

import com.ecommerce.user.core.account.UserSearchDao.Pass;
import com.ecommerce.user.core.page.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Finds one part of a search's matches in one transaction. Few matches are fetched through the
 * index of pieces, all at once. Many are met soon by walking over the users from the newest on,
 * rank by rank. A sample tells which it is, and a walk that takes much longer than the sample
 * foretold is given up.
 */
final class UserFinder {
  /** Matches are counted exactly up to here. */
  private static final int MAX_COUNTED = 10_000;

  private static final Found NOTHING = new Found(List.of(), 0);
  private static final int PATIENCE = 8;
  private static final int LEAST_BUDGET = 20_000;

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
   * The result of a search.
   *
   * @param total how many match in all, or {@link Page#NOT_COMPUTED}
   */
  record Found(List<SearchHit> hits, long total) {}

  /**
   * The matches after the place, no more than the limit.
   *
   * @param place the last match of the page before
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

  /** Everyone in the scope: an empty query is the beginning of every text. */
  private Found all() {
    var hits = dao.newest(scope, startOf(SearchHit.PREFIX), limit);
    long total =
        scope.hasNoRange()
            ? scope.admitted()
            : dao.countByWalking(scope, List.of(), MAX_COUNTED + 1);
    return new Found(hits, counted(total));
  }

  private Found matches(SearchTerms terms) {
    boolean isPrefixDone = start().rank() > SearchHit.PREFIX;
    var sample = sample(terms, SearchSample.COARSE, isPrefixDone);
    if (sample.isInconclusive()) {
      sample = sample(terms, SearchSample.FINE, isPrefixDone);
    }
    if (sample.isFetchable(limit)) {
      var fetched = dao.fetch(scope, byRarePieces(terms), start(), limit);
      return new Found(fetched.hits(), counted(fetched.total()));
    }
    List<SearchHit> hits = new ArrayList<>();
    if (!isPrefixDone) {
      hits.addAll(prefixed(terms, sample));
    }
    if (hits.size() < limit) {
      hits.addAll(rest(terms, sample, limit - hits.size()));
    }
    return new Found(hits, sample.provesMany() ? Page.NOT_COMPUTED : counted(count(terms, sample)));
  }

  private SearchSample sample(SearchTerms terms, int ratio, boolean isPrefixDone) {
    var prefixStart = isPrefixDone ? SearchHit.END : startOf(SearchHit.PREFIX);
    return dao.sample(scope, terms, prefixStart, startOf(SearchHit.REST), ratio);
  }

  /** The matches of the two first ranks after the place. */
  private List<SearchHit> prefixed(SearchTerms terms, SearchSample sample) {
    if (sample.isPrefixFetchable(limit)) {
      return dao.fetchPrefixed(scope, terms, start(), limit);
    }
    List<SearchHit> hits = new ArrayList<>();
    if (start().rank() < SearchHit.EXACT) {
      hits.addAll(dao.exact(scope, terms));
    }
    var pass = new Pass(SearchHit.PREFIX, List.of(terms.prefixPattern()), terms.exactPattern());
    int wanted = limit - hits.size();
    var after = startOf(SearchHit.PREFIX);
    hits.addAll(
        walk(pass, after, wanted, sample.prefixWalk(wanted))
            .orElseGet(() -> dao.fetchPrefixed(scope, terms, after, wanted)));
    return hits;
  }

  private List<SearchHit> rest(SearchTerms terms, SearchSample sample, int wanted) {
    var pass = new Pass(SearchHit.REST, terms.patterns(), terms.prefixPattern());
    var after = startOf(SearchHit.REST);
    return walk(pass, after, wanted, sample.restWalk(wanted))
        .orElseGet(() -> dao.fetch(scope, byRarePieces(terms), after, wanted).hits());
  }

  /** Empty when the walk was given up. */
  private Optional<List<SearchHit>> walk(Pass pass, SearchHit after, int wanted, long expected) {
    long budget = PATIENCE * expected + LEAST_BUDGET;
    var hits = dao.walk(scope, pass, after, wanted, budget);
    boolean givenUp = hits.size() < wanted && dao.goesBeyond(scope, after, budget);
    return givenUp ? Optional.empty() : Optional.of(hits);
  }

  private long count(SearchTerms terms, SearchSample sample) {
    return sample.isCountedByIndex()
        ? dao.countByIndex(scope, byRarePieces(terms), MAX_COUNTED + 1)
        : dao.countByWalking(scope, terms.patterns(), MAX_COUNTED + 1);
  }

  /** Returns the terms with only as many pieces as it takes to find the matches soon. */
  private SearchTerms byRarePieces(SearchTerms terms) {
    return terms.hasManyPieces()
        ? terms.byRarePieces(dao.sampleTexts(SearchSample.ratioOfFew(scope.all())))
        : terms;
  }

  private static long counted(long matches) {
    return matches > MAX_COUNTED ? Page.NOT_COMPUTED : matches;
  }

  /** Returns the place where the page starts. */
  private SearchHit start() {
    return place.orElseGet(() -> scope.startOf(SearchHit.EXACT - 1));
  }

  /** Returns the place where the page starts within the matches of a rank. */
  private SearchHit startOf(int rank) {
    return place.filter(hit -> hit.rank() == rank).orElseGet(() -> scope.startOf(rank));
  }
}
