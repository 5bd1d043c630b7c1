package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.rest.http.ApiRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/** Parses the pagination parameters of queries, and builds the links to next pages. */
public final class Pages {
  public static final String SIZE = "page_size";
  private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,9}");
  public static final String CURSOR = "cursor";

  private Pages() {}

  /**
   * Returns the page that the query requests.
   *
   * @param defaultSize the page size if the query specifies none
   */
  public static PageRequest requested(ApiRequest request, Violations violations, int defaultSize) {
    Integer size =
        violations.parse(SIZE, request.query(SIZE).orElse("0"), text -> size(text, defaultSize));
    String cursor =
        violations.parse(CURSOR, request.query(CURSOR).orElse(""), PageRequest::parseToken);
    return new PageRequest(size == null ? defaultSize : size, cursor == null ? "" : cursor);
  }

  /**
   * Parses ASCII digits only; the JDK's parser also accepts those of other scripts and a plus sign.
   */
  private static int size(String text, int defaultSize) {
    if (!WHOLE_NUMBER.matcher(text).matches()) {
      throw new InvalidValueException(
          "INVALID_NUMBER", "not a whole number (expected: 1 to " + PageRequest.MAX_SIZE + ")");
    }
    return PageRequest.parseSize(Integer.parseInt(text), defaultSize);
  }

  /** Returns the URL of the next page, which repeats the query's other parameters. */
  public static String next(String token, ApiRequest request, Optional<String> publicUrl) {
    String query = nextQuery(token, request);
    return publicUrl.orElseGet(request::origin) + request.path() + "?" + query;
  }

  /** Returns the query of that URL. */
  public static String nextQuery(String token, ApiRequest request) {
    var query = new StringJoiner("&");
    for (String name : request.route().parameters()) {
      if (!name.equals(CURSOR)) {
        request
            .queryMap()
            .getOrDefault(name, List.of())
            .forEach(value -> query.add(name + "=" + encoded(value)));
      }
    }
    query.add(CURSOR + "=" + encoded(token));
    return query.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
