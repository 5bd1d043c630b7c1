package com.ecommerce.user.rest.http;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.patch.VersionCondition;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The conditions of a request (RFC 9110, section 13), of which this API supports those about entity
 * tags. Conditions about modification times are ignored, as section 13.1.4 requires for resources
 * without such a time. Immutable.
 *
 * @param ifMatch empty when there is no such header
 * @param ifNoneMatch empty when there is no such header
 */
public record Conditions(Optional<EntityTags> ifMatch, Optional<EntityTags> ifNoneMatch)
    implements VersionCondition {
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
   * Returns the failure of a change of this version: {@code VERSION_MISMATCH}, or {@code
   * PRECONDITION_FAILED} if the version is one of those in If-None-Match.
   */
  @Override
  public Optional<RuntimeException> refusal(long version) {
    String tag = tag(version);
    if (ifMatch.filter(tags -> !tags.matchStrongly(tag)).isPresent()) {
      return Optional.of(mismatch(ifMatch.get(), version));
    }
    return ifNoneMatch
        .filter(tags -> tags.matchWeakly(tag))
        .map(
            tags ->
                HttpRefusal.PRECONDITION_FAILED.because(
                    "If-None-Match names the current version (expected: a resource that does not"
                        + " exist, or another version)"));
  }

  private static UserServiceException mismatch(EntityTags tags, long now) {
    long named = tags.tags().isEmpty() ? NO_VERSION : version(tags.tags().get(0));
    return UserServiceException.versionMismatch(named, now);
  }

  /**
   * Checks the conditions of a change of a resource that has no entity tag.
   *
   * @param find fails if there is no such resource, which takes precedence; only called if a
   *     condition is not met
   * @throws HttpRefusedException with {@code PRECONDITION_FAILED}
   */
  public void requireWithoutTag(Runnable find) {
    refusalWithoutTag()
        .ifPresent(
            refusal -> {
              find.run();
              throw refusal;
            });
  }

  /**
   * Returns the failure of a change of a resource that exists and has no entity tag, with {@code
   * PRECONDITION_FAILED}; empty if the conditions are met.
   */
  public Optional<HttpRefusedException> refusalWithoutTag() {
    return versionOfNone()
        .or(
            () ->
                ifNoneMatch
                    .filter(EntityTags::isAny)
                    .map(
                        any ->
                            HttpRefusal.PRECONDITION_FAILED.because(
                                "If-None-Match is *, and the resource exists (expected: no"
                                    + " If-None-Match)")));
  }

  private Optional<HttpRefusedException> versionOfNone() {
    return ifMatch
        .filter(tags -> !tags.isAny())
        .map(
            tags ->
                HttpRefusal.PRECONDITION_FAILED.because(
                    "If-Match names a version, but the resource has none (expected: no If-Match, or"
                        + " *)"));
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
      versionOfNone()
          .ifPresent(
              refusal -> {
                throw refusal;
              });
      return false;
    }
    if (ifMatch.filter(tags -> !tags.matchStrongly(etag.get())).isPresent()) {
      throw mismatch(ifMatch.get(), version(etag.get()));
    }
    return ifNoneMatch.filter(tags -> tags.matchWeakly(etag.get())).isPresent();
  }
}
