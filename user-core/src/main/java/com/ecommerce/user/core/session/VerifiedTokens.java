package com.ecommerce.user.core.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Scheduler;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Access tokens whose signature and claims were verified, so that neither is done for every call.
 * An entry is removed when its token expires. Thread-safe; no method waits.
 *
 * <p>The key is the whole text of the token. A token has only one text here, since {@link
 * AccessTokens} accepts canonical base64url only and keeps the canonical one of several valid
 * signatures.
 */
final class VerifiedTokens {
  /** The memory that an entry takes besides the characters of its text. */
  private static final int ENTRY_BYTES = 480;

  /** Characters at the end of a token that its key is hashed by. */
  private static final int HASHED = 12;

  private final Clock clock;
  private final Cache<Text, Verified> tokens;

  /**
   * A token that was verified.
   *
   * @param keyId the key that verified it; null if the key has no id
   * @param expiresAt milliseconds since the epoch
   */
  record Verified(AccessToken token, String keyId, long expiresAt) {}

  /**
   * A token's text as a key. Its hash is that of its last characters: they belong to the signature,
   * whose bits are random, and the rest takes longer to hash than all else of a lookup.
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

  /** Makes an entry live as long as its token, whether it is read or not. */
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
   * @param clock tells when tokens expire
   * @param nanoTime as {@link System#nanoTime}; removes them then
   * @param maxBytes about how much memory the entries take
   */
  VerifiedTokens(Clock clock, LongSupplier nanoTime, long maxBytes) {
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

  /** The token of this text, if it was verified; null otherwise. It may have expired. */
  Verified find(String text) {
    return tokens.getIfPresent(new Text(text));
  }

  void put(String text, Verified verified) {
    tokens.put(new Text(text), verified);
  }

  /** The number of entries. */
  long size() {
    tokens.cleanUp();
    return tokens.estimatedSize();
  }
}
