package com.ecommerce.user.core.directory;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.internal.text.DomainName;
import com.ecommerce.user.core.value.TextRule;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A search over email and names. It ignores case, compatibility forms and invisible characters as
 * NFKC_Casefold of Unicode does (UAX #44), and treats a dotless and a dotted I as the letter i.
 * Words of one or two letters match only the beginnings of words; in scripts that are written
 * without spaces, each letter begins a word. Longer words match anywhere.
 *
 * @param query the words, each of which must match; empty to list by the filters alone
 * @param createdFrom the earliest time of creation, inclusive; empty for no limit
 * @param createdBefore the end of the times of creation, exclusive; empty for no limit
 */
public record UserSearch(
    String query,
    UserFilter filter,
    Optional<Instant> createdFrom,
    Optional<Instant> createdBefore) {
  private static final Pattern FOREIGN_DOMAIN = Pattern.compile("(?<=@)\\S*[^\\p{ASCII}]\\S*");

  /**
   * @throws UserServiceException with a violation on {@code query} when it is not a {@link
   *     TextRule#SEARCH_QUERY}, and on {@code created_at} when the range starts after its end
   */
  public UserSearch {
    requireNonNull(query, "query");
    requireNonNull(filter, "filter");
    requireNonNull(createdFrom, "createdFrom");
    requireNonNull(createdBefore, "createdBefore");
    var violations = new Violations();
    String text = violations.parse("query", query, TextRule.SEARCH_QUERY::parse);
    checkRange(violations, "created_at", createdFrom, createdBefore);
    violations.throwIfAny();
    query = withAsciiDomains(text);
  }

  /**
   * Returns the query with the ASCII form of domains, since emails are stored with it and people
   * type the Unicode form.
   */
  private static String withAsciiDomains(String query) {
    return FOREIGN_DOMAIN
        .matcher(query)
        .replaceAll(
            domain ->
                Matcher.quoteReplacement(
                    DomainName.toAscii(domain.group()).orElse(domain.group())));
  }

  /** Adds a violation if the range starts after its end. */
  public static void checkRange(
      Violations violations, String field, Optional<Instant> from, Optional<Instant> before) {
    if (from.isPresent() && before.isPresent() && from.get().isAfter(before.get())) {
      violations.add(
          field, "INVALID_RANGE", "starts after its end (expected: start_time <= end_time)");
    }
  }

  /** Returns texts that equal searches share, to bind page tokens to the search. */
  public List<String> fingerprint() {
    return List.of(
        "search", query, filter.fingerprint(), createdFrom.toString(), createdBefore.toString());
  }
}
