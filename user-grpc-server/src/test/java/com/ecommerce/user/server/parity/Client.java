package com.ecommerce.user.server.parity;

/** A client of one person over one transport. It uses the tokens of a login for later calls. */
interface Client {
  /** Creates an account, and signs in. */
  Answer register(String email, String password, String firstName, String phone);

  Answer login(String email, String password);

  /** Exchanges the refresh token. */
  Answer refresh();

  Answer logout();

  Answer user(String id);

  /**
   * @param version the version that was read
   */
  Answer rename(String id, long version, String firstName);

  Answer changeBio(String id, String bio);

  Answer changeEmail(String id, String email);

  /**
   * Reads all pages of the list by email, with two users on each page. Answers with the emails and
   * the total.
   */
  Answer listByEmail(String status);

  Answer search(String query);

  Answer addAddress(String id, String line1, String country, String type);

  Answer addresses(String id);

  Answer setDefault(String id, String addressId, String type);

  Answer preferences(String id);

  Answer optIntoPromotions(String id);

  Answer verifyEmail(String id);

  Answer confirmEmail(String token);

  Answer changePassword(String id, String current, String next);

  Answer requestReset(String email);

  Answer reset(String token, String next);

  /** Answers with the number of sessions. */
  Answer sessions(String id);

  Answer deactivate(String id);

  Answer reactivate(String id);

  Answer delete(String id);
}
