package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.access.Access;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.TokenSettings;
import java.time.Duration;
import java.util.Optional;

/**
 * A part of the pages that is used in a browser, by users who are signed in. Each area has a cookie
 * of its own, so that a browser can be signed in to both, and a cookie of one does not open the
 * other.
 */
public enum BrowserArea {
  /** The pages of the own account. The service ends their sessions as it ends those of the APIs. */
  ACCOUNT(
      "/account",
      "/sign-in",
      "/sign-out",
      "session",
      TokenSettings.MAX_SESSION_LIFETIME,
      TokenSettings.MAX_SESSION_LIFETIME),

  /**
   * The console, always in English and without links for customers. It admits everyone who may list
   * users: support and admins. A sign-in lasts for a working day at most.
   */
  CONSOLE(
      "/console",
      "/console/sign-in",
      "/console/sign-out",
      "console",
      Duration.ofHours(8),
      Duration.ofHours(24));

  private final String home;
  private final String signIn;
  private final String signOut;
  private final String cookie;
  private final Duration maxIdle;
  private final Duration maxAge;

  BrowserArea(
      String home,
      String signIn,
      String signOut,
      String cookie,
      Duration maxIdle,
      Duration maxAge) {
    this.home = home;
    this.signIn = signIn;
    this.signOut = signOut;
    this.cookie = cookie;
    this.maxIdle = maxIdle;
    this.maxAge = maxAge;
  }

  /** Returns the area of a path. The forms to sign in and out are part of their area. */
  static BrowserArea of(String path) {
    return path.equals(CONSOLE.home) || path.startsWith(CONSOLE.home + "/") ? CONSOLE : ACCOUNT;
  }

  /** Returns the path of the first page; the other pages are below it. */
  public String home() {
    return home;
  }

  /** Returns the path of the form to sign in. */
  String signIn() {
    return signIn;
  }

  /** Returns the path to which the form to sign out is posted. */
  String signOut() {
    return signOut;
  }

  /** Returns the name of the cookie, without a prefix. */
  String cookie() {
    return cookie;
  }

  /** Returns the time after which a sign-in ends if it is not used. */
  Duration maxIdle() {
    return maxIdle;
  }

  /** Returns the time after which a sign-in ends in any case. */
  Duration maxAge() {
    return maxAge;
  }

  boolean isForStaff() {
    return this == CONSOLE;
  }

  /** Returns whether a user may use the area. */
  boolean admits(Caller.User user) {
    return this == ACCOUNT || Access.isAllowed(user, Operation.LIST_USERS, Optional.empty());
  }

  /** Returns the page to go to after a sign-in: the requested one if it is in the area. */
  String page(String next) {
    return next.matches(home + "(/[A-Za-z0-9/-]*)?") ? next : home;
  }
}
