package com.ecommerce.user.rest.http;

import java.util.ArrayList;
import java.util.List;

/**
 * The entity tags that a header lists (RFC 9110, section 8.8.3). Immutable.
 *
 * @param isAny whether the header is {@code *}
 * @param tags the elements as the client wrote them; one that is not an entity tag is kept and
 *     matches nothing
 */
record EntityTags(boolean isAny, List<String> tags) {
  private static final String WEAK = "W/";

  /**
   * @param lines the header's lines, which together form one list
   */
  static EntityTags parse(List<String> lines) {
    List<String> tags = new ArrayList<>();
    lines.forEach(line -> split(line, tags));
    return new EntityTags(tags.equals(List.of("*")), List.copyOf(tags));
  }

  /** Splits a line at the commas outside of quotes, and drops empty elements. */
  private static void split(String line, List<String> tags) {
    boolean isQuoted = false;
    int begin = 0;
    for (int i = 0; i <= line.length(); i++) {
      if (i == line.length() || (line.charAt(i) == ',' && !isQuoted)) {
        String tag = line.substring(begin, i).strip();
        if (!tag.isEmpty()) {
          tags.add(tag);
        }
        begin = i + 1;
      } else if (line.charAt(i) == '"') {
        isQuoted = !isQuoted;
      }
    }
  }

  /** Returns whether one of the tags matches this one by strong comparison. */
  boolean matchStrongly(String etag) {
    return isAny || tags.contains(etag);
  }

  /** Returns whether one of the tags matches this one by weak comparison. */
  boolean matchWeakly(String etag) {
    return isAny || tags.contains(etag) || tags.contains(WEAK + etag);
  }
}
