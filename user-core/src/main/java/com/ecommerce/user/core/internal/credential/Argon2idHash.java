package com.ecommerce.user.core.internal.credential;

import com.ecommerce.user.core.credential.Password;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.BlockPool;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.FixedBlockPool;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** Argon2id (RFC 9106) in the PHC string form {@code $argon2id$v=19$m=19456,t=2,p=1$salt$hash}. */
final class Argon2idHash implements HashScheme {
  private static final int MEMORY_KIB = 19 * 1024;
  private static final int PASSES = 2;
  private static final int LANES = 1;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;

  /** The highest cost that a stored hash may have, so that none can occupy a core or the heap. */
  private static final int MAX_MEMORY_KIB = 64 * 1024;

  private static final int MAX_PASSES = 10;
  private static final int MAX_LANES = 4;

  private static final Pattern FORM =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

  /**
   * Memory of hashes that ended, which is cleared, for those that begin: to have 19 MiB made and
   * collected for each takes about as long as the hash does in a small heap. One for each hash: a
   * pool that hashes share hands out blocks from all over the heap after a while, which the
   * processor reads at two thirds of the speed.
   */
  private final Queue<BlockPool> memories =
      new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

  @Override
  public boolean owns(PasswordHash hash) {
    return hash.encoded().startsWith("$argon2id$");
  }

  @Override
  public PasswordHash hash(Password password, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    byte[] digest = digest(password, salt, MEMORY_KIB, PASSES, LANES, HASH_BYTES);
    return encode(salt, digest);
  }

  @Override
  public boolean verify(Password password, PasswordHash hash) {
    Matcher parts = parse(hash);
    int memory = Integer.parseInt(parts.group(1));
    int passes = Integer.parseInt(parts.group(2));
    int lanes = Integer.parseInt(parts.group(3));
    boolean possible = lanes >= 1 && passes >= 1 && memory >= 8 * lanes;
    if (!possible || memory > MAX_MEMORY_KIB || passes > MAX_PASSES || lanes > MAX_LANES) {
      throw new IllegalArgumentException(
          "argon2id cost m=" + memory + ",t=" + passes + ",p=" + lanes);
    }
    byte[] expected = Base64.getDecoder().decode(parts.group(5));
    byte[] salt = Base64.getDecoder().decode(parts.group(4));
    return MessageDigest.isEqual(
        digest(password, salt, memory, passes, lanes, expected.length), expected);
  }

  @Override
  public boolean isWeak(PasswordHash hash) {
    Matcher parts = parse(hash);
    return Integer.parseInt(parts.group(1)) < MEMORY_KIB
        || Integer.parseInt(parts.group(2)) < PASSES;
  }

  @Override
  public PasswordHash unmatchable() {
    return encode(new byte[SALT_BYTES], new byte[HASH_BYTES]);
  }

  private static PasswordHash encode(byte[] salt, byte[] digest) {
    var base64 = Base64.getEncoder().withoutPadding();
    return new PasswordHash(
        "$argon2id$v=19$m="
            + MEMORY_KIB
            + ",t="
            + PASSES
            + ",p="
            + LANES
            + "$"
            + base64.encodeToString(salt)
            + "$"
            + base64.encodeToString(digest));
  }

  private static Matcher parse(PasswordHash hash) {
    Matcher parts = FORM.matcher(hash.encoded());
    if (!parts.matches()) {
      throw new IllegalArgumentException("malformed argon2id hash");
    }
    return parts;
  }

  private byte[] digest(
      Password password, byte[] salt, int memory, int passes, int lanes, int length) {
    var parameters =
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memory)
            .withIterations(passes)
            .withParallelism(lanes)
            .withSalt(salt);
    var used = memories.poll();
    var blocks = used == null ? new FixedBlockPool(MEMORY_KIB) : used;
    try {
      var generator = new Argon2BytesGenerator();
      generator.init(parameters.withBlockPool(blocks).build());
      byte[] digest = new byte[length];
      generator.generateBytes(password.text().getBytes(StandardCharsets.UTF_8), digest);
      return digest;
    } finally {
      memories.offer(blocks);
    }
  }
}
