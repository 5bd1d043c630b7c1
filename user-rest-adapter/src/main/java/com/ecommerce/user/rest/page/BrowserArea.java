package com.ecommerce.user.rest.page;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.session.Caller;
import java.util.function.Predicate;

/**
 * A part of the pages that is used in a browser, by users who are signed in. Immutable.
 *
 * @param home the path of its first page; the other pages are below it
 * @param signIn the path of the form to sign in
 * @param signOut the path to which the form to sign out is posted
 * @param isForStaff whether the area is for staff: always in English, without links for customers
 * @param admits returns whether a user may use the area
 */
public record BrowserArea(
    String home, String signIn, String signOut, boolean isForStaff, Predicate<Caller.User> admits) {
  static final BrowserArea ACCOUNT =
      new BrowserArea("/account", "/sign-in", "/sign-out", false, user -> true);

  public BrowserArea {
    requireNonNull(home, "home");
    requireNonNull(signIn, "signIn");
    requireNonNull(signOut, "signOut");
    requireNonNull(admits, "admits");
  }

  /** Returns the page to go to after a sign-in: the requested one if it is in the area. */
  String page(String next) {
    return next.matches(home + "(/[A-Za-z0-9/-]*)?") ? next : home;
  }
}
