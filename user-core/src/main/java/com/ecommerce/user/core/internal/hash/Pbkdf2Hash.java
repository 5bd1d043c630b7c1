package com.ecommerce.user.core.internal.hash;

import com.ecommerce.user.core.credential.Password;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * PBKDF2 (RFC 8018) with HMAC of SHA-1, SHA-256 or SHA-512, in three forms: Django's {@code
 * pbkdf2_sha256$iterations$salt$digest}, where the salt is the literal text; the PHC string form
 * {@code $pbkdf2-sha256$i=iterations,l=length$salt$digest}, where the length may be absent; and
 * passlib's {@code $pbkdf2-sha256$iterations$salt$digest}, with its own base64. Such hashes are
 * only verified, and rewritten at the next sign-in.
 */
final class Pbkdf2Hash implements HashScheme {
  private static final int MAX_ITERATIONS = 5_000_000;

  private static final Pattern DJANGO =
      Pattern.compile("pbkdf2_(sha1|sha256)\\$(\\d{1,8})\\$([^$]{1,128})\\$([A-Za-z0-9+/]{20,}=*)");

  private static final Pattern MODULAR =
      Pattern.compile(
          "\\$pbkdf2(?:-(sha1|sha256|sha512))?\\$(?:i=(\\d{1,8})(?:,l=(\\d{1,3}))?|(\\d{1,8}))"
              + "\\$([./A-Za-z0-9+]{1,172})\\$([./A-Za-z0-9+]{22,171})");

  /**
   * The limits of a digest in bytes. A shorter one could match by chance; each further block takes
   * as long as the first.
   */
  private static final int MIN_LENGTH = 16;

  private static final int MAX_LENGTH = 64;

  private static final Map<String, String> ALGORITHMS =
      Map.of(
          "sha1", "PBKDF2WithHmacSHA1",
          "sha256", "PBKDF2WithHmacSHA256",
          "sha512", "PBKDF2WithHmacSHA512");

  /** The parts of a hash. */
  private record Parts(String digestName, int iterations, byte[] salt, byte[] digest) {}

  @Override
  public boolean owns(PasswordHash hash) {
    return hash.startsWith("pbkdf2_", "$pbkdf2$", "$pbkdf2-");
  }

  @Override
  public void check(PasswordHash hash) {
    parse(hash);
  }

  @Override
  public boolean verify(Password password, PasswordHash hash) {
    var parts = parse(hash);
    return MessageDigest.isEqual(derive(password, parts), parts.digest());
  }

  private static Parts parse(PasswordHash hash) {
    var parts = hash.encoded().startsWith("$") ? modular(hash.encoded()) : django(hash.encoded());
    int length = parts.digest().length;
    if (parts.iterations() < 1 || length < MIN_LENGTH || length > MAX_LENGTH) {
      throw malformed();
    }
    if (parts.iterations() > MAX_ITERATIONS) {
      throw RefusedHashException.tooCostly(
          "pbkdf2 with " + parts.iterations() + " iterations", "at most " + MAX_ITERATIONS);
    }
    return parts;
  }

  private static Parts django(String text) {
    Matcher form = DJANGO.matcher(text);
    if (!form.matches()) {
      throw malformed();
    }
    return new Parts(
        form.group(1),
        Integer.parseInt(form.group(2)),
        form.group(3).getBytes(StandardCharsets.UTF_8),
        HashText.base64("pbkdf2", form.group(4)));
  }

  private static Parts modular(String text) {
    Matcher form = MODULAR.matcher(text);
    if (!form.matches()) {
      throw malformed();
    }
    boolean isPhc = form.group(2) != null;
    byte[] digest = HashText.adaptedBase64("pbkdf2", form.group(6));
    if (form.group(3) != null && Integer.parseInt(form.group(3)) != digest.length) {
      throw malformed();
    }
    return new Parts(
        form.group(1) == null ? "sha1" : form.group(1),
        Integer.parseInt(form.group(isPhc ? 2 : 4)),
        HashText.adaptedBase64("pbkdf2", form.group(5)),
        digest);
  }

  private static RefusedHashException malformed() {
    return RefusedHashException.malformed("pbkdf2");
  }

  private static byte[] derive(Password password, Parts parts) {
    var key =
        new PBEKeySpec(
            password.text().toCharArray(),
            parts.salt(),
            parts.iterations(),
            parts.digest().length * Byte.SIZE);
    try {
      return SecretKeyFactory.getInstance(ALGORITHMS.get(parts.digestName()))
          .generateSecret(key)
          .getEncoded();
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(
          "every JDK has PBKDF2 with " + parts.digestName().toUpperCase(Locale.ROOT), missing);
    } finally {
      key.clearPassword();
    }
  }
}
