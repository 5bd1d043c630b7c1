package com.ecommerce.user.rest.http;

import com.ecommerce.user.core.error.UserServiceException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * The conditions of a request (RFC 9110, section 13), of which this API supports those about entity
 * tags. Conditions about modification times are ignored, as section 13.1.4 requires for resources
 * without such a time. Immutable.
 *
 * @param ifMatch empty when there is no such header
 * @param ifNoneMatch empty when there is no such header
 */
public record Conditions(Optional<EntityTags> ifMatch, Optional<EntityTags> ifNoneMatch) {
  /** A version that no resource has. */
  private static final long NO_VERSION = 0;

  /** The only form of a version; tags are compared literally. */
  private static final Pattern VERSION_TAG = Pattern.compile("\"([1-9][0-9]{0,17})\"");

  /**
   * @param ifMatch the lines of the header If-Match
   * @param ifNoneMatch the lines of the header If-None-Match
   */
  static Conditions parse(List<String> ifMatch, List<String> ifNoneMatch) {
    return new Conditions(tags(ifMatch), tags(ifNoneMatch));
  }

  private static Optional<EntityTags> tags(List<String> lines) {
    return lines.isEmpty() ? Optional.empty() : Optional.of(EntityTags.parse(lines));
  }

  /** Returns the strong entity tag of a version. */
  static String tag(long version) {
    return "\"" + version + "\"";
  }

  private static long version(String tag) {
    var match = VERSION_TAG.matcher(tag);
    return match.matches() ? Long.parseLong(match.group(1)) : NO_VERSION;
  }

  /**
   * Returns the only version that may be changed; empty if any version may.
   *
   * @param current reads the current version, which is not needed for a single tag in If-Match;
   *     fails if the resource does not exist
   * @throws UserServiceException with {@code VERSION_MISMATCH}
   * @throws HttpRefusedException with {@code PRECONDITION_FAILED}
   */
  public OptionalLong expected(LongSupplier current) {
    boolean isAny = ifMatch.isEmpty() || ifMatch.get().isAny();
    if (isAny && ifNoneMatch.isEmpty()) {
      return OptionalLong.empty();
    }
    if (ifNoneMatch.isEmpty() && ifMatch.get().tags().size() == 1) {
      return OptionalLong.of(version(ifMatch.get().tags().get(0)));
    }
    long now = current.getAsLong();
    check(now);
    return isAny ? OptionalLong.empty() : OptionalLong.of(now);
  }

  /**
   * Does the same as {@link #expected(LongSupplier)} for a change that depends on an earlier read.
   *
   * @param read the version that was read, which is the one to change if the client names none
   */
  public OptionalLong expected(LongSupplier current, OptionalLong read) {
    var named = expected(current);
    return named.isPresent() ? named : read;
  }

  /**
   * Checks the conditions of a change for which the core does not compare versions. Another client
   * can change the resource between this check and the change.
   *
   * @param current reads the current version
   * @throws UserServiceException with {@code VERSION_MISMATCH}
   * @throws HttpRefusedException with {@code PRECONDITION_FAILED}
   */
  public void require(LongSupplier current) {
    boolean isMet = ifMatch.map(EntityTags::isAny).orElse(true) && ifNoneMatch.isEmpty();
    if (!isMet) {
      check(current.getAsLong());
    }
  }

  /** Returns whether only certain versions may be changed. */
  public boolean namesVersions() {
    return ifMatch.filter(tags -> !tags.isAny()).isPresent();
  }

  private void check(long now) {
    ifMatch.filter(tags -> !tags.matchStrongly(tag(now))).ifPresent(tags -> mismatch(tags, now));
    if (ifNoneMatch.filter(tags -> tags.matchWeakly(tag(now))).isPresent()) {
      throw HttpRefusal.PRECONDITION_FAILED.because(
          "If-None-Match names the current version (expected: a resource that does not exist, or"
              + " another version)");
    }
  }

  private static void mismatch(EntityTags tags, long now) {
    long named = tags.tags().isEmpty() ? NO_VERSION : version(tags.tags().get(0));
    throw UserServiceException.versionMismatch(named, now);
  }

  /**
   * Checks the conditions of a change of a resource that exists and has no entity tag.
   *
   * @throws HttpRefusedException with {@code PRECONDITION_FAILED}
   */
  public void requireWithoutTag() {
    requireAnyOrNone();
    if (ifNoneMatch.filter(EntityTags::isAny).isPresent()) {
      throw HttpRefusal.PRECONDITION_FAILED.because(
          "If-None-Match is *, and the resource exists (expected: no If-None-Match)");
    }
  }

  private void requireAnyOrNone() {
    if (namesVersions()) {
      throw HttpRefusal.PRECONDITION_FAILED.because(
          "If-Match names a version, but the resource has none (expected: no If-Match, or *)");
    }
  }

  /**
   * Checks the conditions of GET or HEAD.
   *
   * @param etag the tag of the resource; empty if it has none
   * @return whether the client has the current version already
   * @throws UserServiceException with {@code VERSION_MISMATCH}
   * @throws HttpRefusedException with {@code PRECONDITION_FAILED}
   */
  boolean isNotModified(Optional<String> etag) {
    if (etag.isEmpty()) {
      requireAnyOrNone();
      return false;
    }
    ifMatch
        .filter(tags -> !tags.matchStrongly(etag.get()))
        .ifPresent(tags -> mismatch(tags, version(etag.get())));
    return ifNoneMatch.filter(tags -> tags.matchWeakly(etag.get())).isPresent();
  }
}
