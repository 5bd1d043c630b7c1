package com.ecommerce.user.core.session;

import com.ecommerce.user.core.error.UserServiceException;
import java.util.Optional;

/**
 * Encrypts the values of cookies (JWE with A256GCM, RFC 7516), so that a browser can keep the
 * tokens of its session without anybody being able to use them elsewhere. All instances on one
 * database share the key. Thread-safe.
 */
public interface CookieSeal {
  /** Returns whether the key is in memory. Until then, the other methods may block. */
  boolean isReady();

  /**
   * Reads the key from the database unless it is in memory.
   *
   * @throws UserServiceException with {@code DATABASE_UNAVAILABLE}
   */
  void load();

  /**
   * Encrypts a value.
   *
   * @param cookie the name of the cookie; each name has a key of its own
   * @return some 1.4 times as many characters as the value, all of which are allowed in cookies
   * @throws UserServiceException with {@code DATABASE_UNAVAILABLE} if the key cannot be read
   */
  String seal(String cookie, String value);

  /**
   * Decrypts a value.
   *
   * @return empty if it was not encrypted with the key of this cookie, or was changed since
   * @throws UserServiceException with {@code DATABASE_UNAVAILABLE} if the key cannot be read
   */
  Optional<String> open(String cookie, String sealed);
}
