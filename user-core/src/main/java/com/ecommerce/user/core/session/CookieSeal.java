package com.ecommerce.user.core.session;

import com.ecommerce.user.core.error.UserServiceException;
import java.util.Optional;

/**
 * Encrypts the values of cookies (JWE with A256GCM, RFC 7516), so that a browser can keep the
 * tokens of its session without anybody being able to use them elsewhere. All instances on one
 * database share the keys. Every 30 days, a new one follows; the older ones still open what they
 * sealed within {@link TokenSettings#MAX_SESSION_LIFETIME}. Thread-safe.
 */
public interface CookieSeal {
  /**
   * Returns whether the current keys are in memory. They have to be read again every 10 minutes.
   * Otherwise, the other methods may block, and may fail to open what another instance has just
   * sealed.
   */
  boolean isReady();

  /**
   * Reads the keys from the database unless the current ones are in memory.
   *
   * @throws UserServiceException with {@code DATABASE_UNAVAILABLE}
   */
  void load();

  /**
   * Encrypts a value.
   *
   * @param cookie the name of the cookie; each name has a key of its own
   * @return some 1.4 times as many characters as the value, all of which are allowed in cookies
   * @throws UserServiceException with {@code DATABASE_UNAVAILABLE} if the keys cannot be read
   */
  String seal(String cookie, String value);

  /**
   * Decrypts a value.
   *
   * @return empty if it was not encrypted with a key of this cookie, or was changed since
   * @throws UserServiceException with {@code DATABASE_UNAVAILABLE} if the keys cannot be read
   */
  Optional<String> open(String cookie, String sealed);
}
