package com.ecommerce.user.core.internal.token;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Computes digests of secrets that are long and random, and therefore need no slow hash. */
public final class Digests {
  private Digests() {}

  public static byte[] sha256(byte[] secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK supports SHA-256", missing);
    }
  }
}
