package com.ecommerce.user.rest;

import com.ecommerce.user.core.error.UserServiceException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * The header If-Match (RFC 9110, section 13.1.1): the versions that a change is meant for.
 *
 * @param anything whether every version will do: there is no header, or it is {@code *}
 * @param versions those that were named; a tag that this API never made is version 0, which nothing
 *     has
 */
record IfMatch(boolean anything, List<Long> versions) {
  private static final long NO_VERSION = 0;
  private static final Pattern VERSION_TAG = Pattern.compile("\"([0-9]{1,18})\"");

  /**
   * @param lines the header's lines, which make one list together
   */
  static IfMatch parse(List<String> lines) {
    var tags = tags(lines);
    if (lines.isEmpty() || tags.equals(List.of("*"))) {
      return new IfMatch(true, List.of());
    }
    return new IfMatch(false, tags.stream().map(IfMatch::version).toList());
  }

  /** The tags in the lines of a header that lists some; empty ones do not count. */
  static List<String> tags(List<String> lines) {
    return lines.stream()
        .flatMap(line -> Arrays.stream(line.split(",")))
        .map(String::strip)
        .filter(tag -> !tag.isEmpty())
        .toList();
  }

  private static long version(String tag) {
    var match = VERSION_TAG.matcher(tag);
    return match.matches() ? Long.parseLong(match.group(1)) : NO_VERSION;
  }

  /**
   * The version to change and no other; empty for any.
   *
   * @param current looks the current version up, which is only needed unless one was named
   */
  OptionalLong expected(LongSupplier current) {
    if (anything) {
      return OptionalLong.empty();
    }
    if (versions.size() == 1) {
      return OptionalLong.of(versions.get(0));
    }
    long now = current.getAsLong();
    return OptionalLong.of(versions.contains(now) ? now : NO_VERSION);
  }

  /**
   * For changes that the core does whatever the version: checks before, which leaves a moment in
   * which somebody else may change it.
   *
   * @throws UserServiceException with {@code VERSION_MISMATCH}
   */
  void require(LongSupplier current) {
    if (anything) {
      return;
    }
    long now = current.getAsLong();
    if (!versions.contains(now)) {
      long named = versions.isEmpty() ? NO_VERSION : versions.get(0);
      throw UserServiceException.versionMismatch(named, now);
    }
  }
}
