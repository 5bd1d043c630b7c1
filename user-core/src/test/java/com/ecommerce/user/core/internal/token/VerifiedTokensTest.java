package com.ecommerce.user.core.internal.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.session.ServiceClient;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.value.Uuids;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class VerifiedTokensTest {
  private static final Duration LIFETIME = Duration.ofMinutes(5);
  private static final TokenSettings SETTINGS =
      new TokenSettings(
          Optional.of("0123456789abcdef0123456789abcdef"),
          LIFETIME,
          Duration.ofDays(1),
          "issuer",
          "audience");

  private final MutableClock clock = MutableClock.atNoon();
  private final AtomicLong passed = new AtomicLong();
  private final Uuids ids = new Uuids(Clock.systemUTC(), new SecureRandom());
  private final AtomicInteger clients = new AtomicInteger();

  private VerifiedTokens cache(long maxBytes) {
    return new VerifiedTokens(clock, passed::get, maxBytes);
  }

  private AccessTokens tokens(VerifiedTokens verified) {
    var keys = new SharedSecret(SETTINGS.sharedSecret().orElseThrow());
    return new AccessTokens(SETTINGS, clock, ids, keys, verified);
  }

  private String aToken(AccessTokens tokens) {
    return tokens.make(new ServiceClient(ids.next(), "client " + clients.incrementAndGet()));
  }

  @Test
  void entry_endsWithItsToken() {
    var verified = cache(1 << 20);
    var tokens = tokens(verified);
    String token = aToken(tokens);
    tokens.verify(token);
    assertEquals(1, verified.size());
    assertNotNull(tokens.known(token, clock.instant().toEpochMilli()));

    clock.advance(LIFETIME);
    assertNull(tokens.known(token, clock.instant().toEpochMilli()));
    passed.addAndGet(LIFETIME.toNanos());

    assertEquals(0, verified.size());
  }

  @Test
  void entries_takeNoMoreMemoryThanTheyMay() {
    int maxBytes = 100_000;
    var verified = cache(maxBytes);
    var tokens = tokens(verified);

    int length = 0;
    for (int i = 0; i < 1_000; i++) {
      String token = aToken(tokens);
      tokens.verify(token);
      length = token.length();
    }

    assertTrue(verified.size() > 0);
    assertTrue(verified.size() * length < maxBytes, () -> verified.size() + " entries");
  }

  @Test
  void token_thatWasAltered_isNotFound() {
    var verified = cache(1 << 20);
    var text = "header.payload.0123456789abcdef";
    verified.put(
        text,
        new VerifiedTokens.Verified(
            new AccessToken.OfUser(
                new UserId(ids.next()), new SessionId(ids.next()), clock.instant()),
            null,
            clock.instant().plus(LIFETIME).toEpochMilli()));

    assertNotNull(verified.find(text));
    assertNull(verified.find("heAder.payload.0123456789abcdef"));
    assertNull(verified.find(text + "0"));
    assertNull(verified.find(""));
  }
}
