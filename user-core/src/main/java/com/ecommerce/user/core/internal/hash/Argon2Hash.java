package com.ecommerce.user.core.internal.hash;

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

/**
 * Argon2id (RFC 9106) in the PHC string form {@code $argon2id$v=19$m=19456,t=2,p=1$salt$hash}.
 * Hashes of other systems may also be Argon2i, have the version 16, and begin with {@code argon2},
 * as Django's do; these are only verified.
 */
final class Argon2Hash implements NewHashScheme {
  private static final int MEMORY_KIB = 19 * 1024;
  private static final int PASSES = 2;
  private static final int LANES = 1;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;

  /** The highest cost that a stored hash may have, so that none can occupy a core for long. */
  private static final int MAX_PASSES = 10;

  private static final int MAX_LANES = 16;
  private static final int MAX_KIB_IN_ALL_PASSES = 640 * 1024;

  private static final Pattern FORM =
      Pattern.compile(
          "(argon2)?\\$argon2(id|i)(?:\\$v=(16|19))?\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})"
              + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

  private final HashMemory memory;

  /**
   * Cleared memory for reuse. Allocating 19 MiB for each hash would take about as long as the hash
   * itself in a small heap. Each running hash has its own blocks, because a shared pool scatters
   * them over the heap and the hash slows down by a third.
   */
  private final Queue<BlockPool> memories =
      new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

  Argon2Hash(HashMemory memory) {
    this.memory = memory;
  }

  /** The parts of a hash. */
  private record Parts(
      boolean isOwn,
      int type,
      int version,
      int memoryKib,
      int passes,
      int lanes,
      byte[] salt,
      byte[] digest) {}

  @Override
  public boolean owns(PasswordHash hash) {
    return hash.startsWith("$argon2id$", "$argon2i$", "argon2$");
  }

  @Override
  public void check(PasswordHash hash) {
    parse(hash);
  }

  @Override
  public PasswordHash hash(Password password, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    var parts =
        new Parts(
            true,
            Argon2Parameters.ARGON2_id,
            Argon2Parameters.ARGON2_VERSION_13,
            MEMORY_KIB,
            PASSES,
            LANES,
            salt,
            new byte[HASH_BYTES]);
    return encode(salt, digest(password, parts));
  }

  @Override
  public boolean verify(Password password, PasswordHash hash) {
    var parts = parse(hash);
    byte[] digest = memory.with(parts.memoryKib(), () -> digest(password, parts));
    return MessageDigest.isEqual(digest, parts.digest());
  }

  @Override
  public boolean isWeak(PasswordHash hash) {
    var parts = parse(hash);
    return !parts.isOwn() || parts.memoryKib() < MEMORY_KIB || parts.passes() < PASSES;
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

  private Parts parse(PasswordHash hash) {
    Matcher form = FORM.matcher(hash.encoded());
    if (!form.matches()) {
      throw RefusedHashException.malformed("argon2");
    }
    boolean isId = form.group(2).equals("id");
    // The PHC form leaves out the first version.
    boolean isCurrent = "19".equals(form.group(3));
    var parts =
        new Parts(
            form.group(1) == null && isId && isCurrent,
            isId ? Argon2Parameters.ARGON2_id : Argon2Parameters.ARGON2_i,
            isCurrent ? Argon2Parameters.ARGON2_VERSION_13 : Argon2Parameters.ARGON2_VERSION_10,
            Integer.parseInt(form.group(4)),
            Integer.parseInt(form.group(5)),
            Integer.parseInt(form.group(6)),
            HashText.base64("argon2", form.group(7)),
            HashText.base64("argon2", form.group(8)));
    requireAllowed(parts);
    return parts;
  }

  private void requireAllowed(Parts parts) {
    int kib = parts.memoryKib();
    boolean possible = parts.lanes() >= 1 && parts.passes() >= 1 && kib >= 8 * parts.lanes();
    if (!possible) {
      throw RefusedHashException.malformed("argon2");
    }
    memory.require("argon2", kib);
    if (parts.passes() > MAX_PASSES
        || parts.lanes() > MAX_LANES
        || (long) kib * parts.passes() > MAX_KIB_IN_ALL_PASSES) {
      throw RefusedHashException.tooCostly(
          "argon2 with m=" + kib + ",t=" + parts.passes() + ",p=" + parts.lanes(),
          "t up to " + MAX_PASSES + ", p up to " + MAX_LANES + " and m * t up to 640 MiB");
    }
  }

  private byte[] digest(Password password, Parts parts) {
    var parameters =
        new Argon2Parameters.Builder(parts.type())
            .withVersion(parts.version())
            .withMemoryAsKB(parts.memoryKib())
            .withIterations(parts.passes())
            .withParallelism(parts.lanes())
            .withSalt(parts.salt());
    return parts.memoryKib() == MEMORY_KIB
        ? digestInKeptMemory(password, parameters, parts.digest().length)
        : digest(password, parameters.build(), parts.digest().length);
  }

  private byte[] digestInKeptMemory(
      Password password, Argon2Parameters.Builder parameters, int length) {
    var used = memories.poll();
    var blocks = used == null ? new FixedBlockPool(MEMORY_KIB) : used;
    try {
      return digest(password, parameters.withBlockPool(blocks).build(), length);
    } finally {
      memories.offer(blocks);
    }
  }

  private static byte[] digest(Password password, Argon2Parameters parameters, int length) {
    var generator = new Argon2BytesGenerator();
    generator.init(parameters);
    byte[] digest = new byte[length];
    generator.generateBytes(password.text().getBytes(StandardCharsets.UTF_8), digest);
    return digest;
  }
}
