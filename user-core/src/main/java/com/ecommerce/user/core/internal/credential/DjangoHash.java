package com.ecommerce.user.core.internal.credential;

import com.ecommerce.user.core.credential.Password;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * The hashes that the service's predecessor wrote: {@code pbkdf2_sha256$iterations$salt$base64},
 * PBKDF2 with HMAC-SHA256 (RFC 8018) where the salt is the literal text. They are only verified,
 * and rewritten at the next chance.
 */
final class DjangoHash implements HashScheme {
  private static final int MAX_ITERATIONS = 5_000_000;
  private static final int HASH_BYTES = 32;
  private static final Pattern FORM =
      Pattern.compile("pbkdf2_sha256\\$(\\d{1,7})\\$([^$]{1,64})\\$([A-Za-z0-9+/]{43}=)");

  @Override
  public boolean owns(PasswordHash hash) {
    return hash.encoded().startsWith("pbkdf2_sha256$");
  }

  @Override
  public PasswordHash hash(Password password, SecureRandom random) {
    throw new IllegalStateException("no new hashes of this scheme are made");
  }

  @Override
  public boolean verify(Password password, PasswordHash hash) {
    Matcher parts = FORM.matcher(hash.encoded());
    if (!parts.matches()) {
      throw new IllegalArgumentException("malformed pbkdf2_sha256 hash");
    }
    int iterations = Integer.parseInt(parts.group(1));
    if (iterations < 1 || iterations > MAX_ITERATIONS) {
      throw new IllegalArgumentException(
          "pbkdf2 iterations " + iterations + " (expected: 1 to " + MAX_ITERATIONS + ")");
    }
    byte[] expected = Base64.getDecoder().decode(parts.group(3));
    return MessageDigest.isEqual(derive(password, parts.group(2), iterations), expected);
  }

  @Override
  public boolean isWeak(PasswordHash hash) {
    return true;
  }

  @Override
  public PasswordHash unmatchable() {
    throw new IllegalStateException("no new hashes of this scheme are made");
  }

  private static byte[] derive(Password password, String salt, int iterations) {
    var generator = new PKCS5S2ParametersGenerator(new SHA256Digest());
    generator.init(
        password.text().getBytes(StandardCharsets.UTF_8),
        salt.getBytes(StandardCharsets.UTF_8),
        iterations);
    return ((KeyParameter) generator.generateDerivedMacParameters(HASH_BYTES * 8)).getKey();
  }
}
