package com.ecommerce.user.rest;

import com.ecommerce.user.core.error.UserServiceException;
import java.util.ArrayList;
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
  private static final Pattern VERSION_TAG = Pattern.compile("\"([0-9]{1,18})\"");

  static IfMatch parse(String header) {
    if (header == null || header.isBlank() || header.strip().equals("*")) {
      return new IfMatch(true, List.of());
    }
    List<Long> versions = new ArrayList<>();
    for (String tag : header.split(",")) {
      var match = VERSION_TAG.matcher(tag.strip());
      versions.add(match.matches() ? Long.parseLong(match.group(1)) : 0L);
    }
    return new IfMatch(false, versions);
  }

  /**
   * The version to change and no other; empty for any.
   *
   * @param current looks the current version up, which is only needed when several were named
   */
  OptionalLong expected(LongSupplier current) {
    if (anything) {
      return OptionalLong.empty();
    }
    if (versions.size() == 1) {
      return OptionalLong.of(versions.get(0));
    }
    long now = current.getAsLong();
    return OptionalLong.of(versions.contains(now) ? now : 0);
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
      throw UserServiceException.versionMismatch(versions.get(0), now);
    }
  }
}
