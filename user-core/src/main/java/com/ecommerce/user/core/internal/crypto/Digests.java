package com.ecommerce.user.core.internal.crypto;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Computes digests with algorithms that every JDK has. */
public final class Digests {
  private static final String HMAC_SHA256 = "HmacSHA256";

  private Digests() {}

  /** Returns the SHA-256 of the bytes, 32 bytes. */
  public static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }

  /** Returns the HMAC-SHA256 of the bytes, 32 bytes. */
  public static byte[] hmacSha256(byte[] key, byte[] bytes) {
    try {
      var mac = Mac.getInstance(HMAC_SHA256);
      mac.init(new SecretKeySpec(key, HMAC_SHA256));
      return mac.doFinal(bytes);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every JDK has HmacSHA256", missing);
    }
  }
}
