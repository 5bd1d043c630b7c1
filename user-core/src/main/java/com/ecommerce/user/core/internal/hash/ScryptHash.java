package com.ecommerce.user.core.internal.hash;

import com.ecommerce.user.core.credential.Password;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.SCrypt;

/**
 * scrypt (RFC 7914) in the PHC string form {@code $scrypt$ln=14,r=8,p=1$salt$digest}, and in
 * Django's {@code scrypt$16384$salt$8$5$digest}, where the salt is the literal text. Such hashes
 * are only verified, and rewritten at the next sign-in.
 */
final class ScryptHash implements HashScheme {
  private static final int MAX_LANES = 16;
  private static final int MAX_LOG_COST = 24;
  private static final int BYTES_PER_BLOCK = 128;
  private static final int BYTES_PER_KIB = 1024;

  /** Lanes are computed one after the other, in the same memory. */
  private static final int MAX_KIB_IN_ALL_LANES = 256 * 1024;

  /** The minimum length of a digest in bytes. */
  private static final int MIN_LENGTH = 16;

  private static final int MAX_LENGTH = 64;

  private static final Pattern PHC =
      Pattern.compile(
          "\\$scrypt\\$ln=(\\d{1,2}),r=(\\d{1,3}),p=(\\d{1,3})"
              + "\\$([A-Za-z0-9+/]{1,172})\\$([A-Za-z0-9+/]{22,86})");

  private static final Pattern DJANGO =
      Pattern.compile(
          "scrypt\\$(\\d{1,8})\\$([^$]{1,128})\\$(\\d{1,3})\\$(\\d{1,3})\\$([A-Za-z0-9+/]{22,88}=*)");

  private final HashMemory memory;

  ScryptHash(HashMemory memory) {
    this.memory = memory;
  }

  /**
   * The parameters of scrypt.
   *
   * @param cost N of RFC 7914, a power of two
   */
  record Cost(int cost, int blockSize, int lanes) {
    long memoryKib() {
      return (long) BYTES_PER_BLOCK * cost * blockSize / BYTES_PER_KIB;
    }
  }

  /** The parts of a hash. */
  private record Parts(Cost cost, byte[] salt, byte[] digest) {}

  @Override
  public boolean owns(PasswordHash hash) {
    return hash.startsWith("$scrypt$", "scrypt$");
  }

  @Override
  public void check(PasswordHash hash) {
    parse(hash);
  }

  @Override
  public boolean verify(Password password, PasswordHash hash) {
    var parts = parse(hash);
    byte[] derived = derive(memory, password, parts.salt(), parts.cost(), parts.digest().length);
    return MessageDigest.isEqual(derived, parts.digest());
  }

  /**
   * Derives a key.
   *
   * @param cost the parameters, which {@link #requireAllowed} has checked
   */
  static byte[] derive(HashMemory memory, Password password, byte[] salt, Cost cost, int length) {
    byte[] text = password.text().getBytes(StandardCharsets.UTF_8);
    return memory.with(
        cost.memoryKib(),
        () -> SCrypt.generate(text, salt, cost.cost(), cost.blockSize(), cost.lanes(), length));
  }

  private Parts parse(PasswordHash hash) {
    var parts = hash.encoded().startsWith("$") ? phc(hash.encoded()) : django(hash.encoded());
    int length = parts.digest().length;
    if (length < MIN_LENGTH || length > MAX_LENGTH) {
      throw RefusedHashException.malformed("scrypt");
    }
    requireAllowed(memory, "scrypt", parts.cost());
    return parts;
  }

  private static Parts phc(String text) {
    Matcher form = PHC.matcher(text);
    if (!form.matches()) {
      throw RefusedHashException.malformed("scrypt");
    }
    return new Parts(
        new Cost(
            costOf("scrypt", Integer.parseInt(form.group(1))),
            Integer.parseInt(form.group(2)),
            Integer.parseInt(form.group(3))),
        HashText.base64("scrypt", form.group(4)),
        HashText.base64("scrypt", form.group(5)));
  }

  private static Parts django(String text) {
    Matcher form = DJANGO.matcher(text);
    if (!form.matches()) {
      throw RefusedHashException.malformed("scrypt");
    }
    return new Parts(
        new Cost(
            Integer.parseInt(form.group(1)),
            Integer.parseInt(form.group(3)),
            Integer.parseInt(form.group(4))),
        form.group(2).getBytes(StandardCharsets.UTF_8),
        HashText.base64("scrypt", form.group(5)));
  }

  /**
   * Returns the cost with this binary logarithm.
   *
   * @throws RefusedHashException if it is too large for any use
   */
  static int costOf(String scheme, int logarithm) {
    if (logarithm > MAX_LOG_COST) {
      throw RefusedHashException.tooCostly(
          scheme + " with a cost of 2^" + logarithm, "at most 128 MiB of memory");
    }
    return 1 << logarithm;
  }

  /**
   * Checks that a stored hash may have this cost.
   *
   * @throws RefusedHashException if it is not allowed
   */
  static void requireAllowed(HashMemory memory, String scheme, Cost cost) {
    boolean isPowerOfTwo = Integer.bitCount(cost.cost()) == 1 && cost.cost() > 1;
    if (!isPowerOfTwo || cost.blockSize() < 1 || cost.lanes() < 1) {
      throw RefusedHashException.malformed(scheme);
    }
    memory.require(scheme, cost.memoryKib());
    if (cost.lanes() > MAX_LANES || cost.memoryKib() * cost.lanes() > MAX_KIB_IN_ALL_LANES) {
      throw RefusedHashException.tooCostly(
          scheme + " with n=" + cost.cost() + ",r=" + cost.blockSize() + ",p=" + cost.lanes(),
          "p up to " + MAX_LANES + " and 128 * n * r * p up to 256 MiB");
    }
  }
}
