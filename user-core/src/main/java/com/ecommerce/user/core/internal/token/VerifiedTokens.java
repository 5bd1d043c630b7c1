package com.ecommerce.user.core.internal.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Scheduler;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The cache of access tokens whose signature and claims were verified, so that they are not
 * verified for every call. An entry is removed when its token expires. Thread-safe; no method
 * blocks.
 *
 * <p>The key is the whole text of the token. A token has only one text here, since {@link
 * AccessTokens} accepts only canonical base64url and uses the canonical one of several valid
 * signatures.
 */
public final class VerifiedTokens {
  /** The memory of an entry without the characters of its text. */
  private static final int ENTRY_BYTES = 480;

  /** The number of characters at the end of a token that the hash code covers. */
  private static final int HASHED = 12;

  private final Clock clock;
  private final Cache<Text, Verified> tokens;

  /**
   * A verified token.
   *
   * @param keyId the key that verified it; null if the key has no id
   * @param expiresAt milliseconds since the epoch
   */
  record Verified(AccessToken token, String keyId, long expiresAt) {}

  /**
   * The text of a token as a key. The hash code covers only the last characters. They belong to the
   * signature, whose bits are random; hashing the whole text would take longer than the rest of a
   * lookup.
   */
  private record Text(String text) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Text that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
      int hash = 0;
      for (int i = Math.max(0, text.length() - HASHED); i < text.length(); i++) {
        hash = 31 * hash + text.charAt(i);
      }
      return hash;
    }
  }

  /** Expires an entry with its token, regardless of reads. */
  private final class UntilExpiry implements Expiry<Text, Verified> {
    @Override
    public long expireAfterCreate(Text text, Verified verified, long now) {
      return TimeUnit.MILLISECONDS.toNanos(verified.expiresAt() - clock.instant().toEpochMilli());
    }

    @Override
    public long expireAfterUpdate(Text text, Verified verified, long now, long remaining) {
      return expireAfterCreate(text, verified, now);
    }

    @Override
    public long expireAfterRead(Text text, Verified verified, long now, long remaining) {
      return remaining;
    }
  }

  /**
   * @param clock the clock by which tokens expire
   * @param nanoTime a clock such as {@link System#nanoTime}; used to remove expired entries
   * @param maxBytes the approximate maximum memory of the entries
   */
  public VerifiedTokens(Clock clock, LongSupplier nanoTime, long maxBytes) {
    this.clock = clock;
    tokens =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .<Text, Verified>weigher((text, verified) -> ENTRY_BYTES + text.text().length())
            .expireAfter(new UntilExpiry())
            .ticker(nanoTime::getAsLong)
            .scheduler(Scheduler.systemScheduler())
            .executor(Runnable::run)
            .build();
  }

  /** Returns the verified token of this text, which may have expired; null if there is none. */
  Verified find(String text) {
    return tokens.getIfPresent(new Text(text));
  }

  void put(String text, Verified verified) {
    tokens.put(new Text(text), verified);
  }

  /** Returns the number of entries. */
  long size() {
    tokens.cleanUp();
    return tokens.estimatedSize();
  }
}
