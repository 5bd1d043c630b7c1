package com.ecommerce.user.core.internal.hash;

import com.ecommerce.user.core.credential.HashSettings;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.internal.crypto.Digests;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mindrot.jbcrypt.BCrypt;

/**
 * bcrypt over an HMAC-SHA256 of the password keyed with the salt. bcrypt alone reads 72 bytes and
 * stops at a NUL; the HMAC in base64 has 44 bytes and neither. The form is the one of passlib's
 * bcrypt_sha256, version 2: {@code $bcrypt-sha256$v=2,t=2b,r=12$salt$digest}.
 */
final class BcryptHash implements NewHashScheme {
  private static final Pattern FORM =
      Pattern.compile(
          "\\$bcrypt-sha256\\$v=2,t=2b,r=(\\d{1,2})\\$([./A-Za-z0-9]{22})\\$([./A-Za-z0-9]{31})");

  private final int cost;

  BcryptHash(int cost) {
    this.cost = cost;
  }

  @Override
  public boolean owns(PasswordHash hash) {
    return hash.startsWith("$bcrypt-sha256$");
  }

  @Override
  public void check(PasswordHash hash) {
    parse(hash);
  }

  @Override
  public PasswordHash hash(Password password, SecureRandom random) {
    String salt = BCrypt.gensalt(cost, random).substring(7);
    return encode(cost, salt, digest(password, salt, cost));
  }

  @Override
  public boolean verify(Password password, PasswordHash hash) {
    Matcher parts = parse(hash);
    String digest = digest(password, parts.group(2), Integer.parseInt(parts.group(1)));
    return MessageDigest.isEqual(ascii(digest), ascii(parts.group(3)));
  }

  @Override
  public boolean isWeak(PasswordHash hash) {
    return Integer.parseInt(parse(hash).group(1)) < cost;
  }

  @Override
  public PasswordHash unmatchable() {
    return encode(cost, ".".repeat(22), ".".repeat(31));
  }

  private static PasswordHash encode(int cost, String salt, String digest) {
    return new PasswordHash("$bcrypt-sha256$v=2,t=2b,r=" + cost + "$" + salt + "$" + digest);
  }

  private static Matcher parse(PasswordHash hash) {
    Matcher parts = FORM.matcher(hash.encoded());
    if (!parts.matches()) {
      throw RefusedHashException.malformed("bcrypt-sha256");
    }
    requireAllowed(Integer.parseInt(parts.group(1)));
    return parts;
  }

  /**
   * Checks that a stored hash may have this cost.
   *
   * @throws RefusedHashException if it is not allowed
   */
  static void requireAllowed(int cost) {
    if (cost < HashSettings.MIN_BCRYPT_COST || cost > HashSettings.MAX_BCRYPT_COST) {
      throw RefusedHashException.tooCostly("bcrypt with cost " + cost, "4 to 16");
    }
  }

  /** jBCrypt only supports the version 2a, which is the same as 2b for ASCII input such as this. */
  private static String digest(Password password, String salt, int cost) {
    return BCrypt.hashpw(
            shortened(password, salt), String.format(Locale.ROOT, "$2a$%02d$%s", cost, salt))
        .substring(29);
  }

  private static String shortened(Password password, String salt) {
    byte[] text = password.text().getBytes(StandardCharsets.UTF_8);
    return Base64.getEncoder().encodeToString(Digests.hmacSha256(ascii(salt), text));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
