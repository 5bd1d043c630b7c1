package com.ecommerce.user.core.internal.token;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Digests of secrets that are random and long, and so need no slow hash. */
public final class Digests {
  private Digests() {}

  public static byte[] sha256(byte[] secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }
}
