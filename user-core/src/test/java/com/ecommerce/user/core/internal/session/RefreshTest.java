package com.ecommerce.user.core.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.internal.token.RefreshToken;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.Cancellation;
import com.ecommerce.user.core.request.RequestContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefreshTest extends SessionTesting {
  @Test
  void refresh_exchangesTheTokenAndProlongsTheSession() {
    var first = login(aUser());
    testCore.clock().advance(Duration.ofDays(6));
    var call = new RequestContext(Actor.SYSTEM, "198.51.100.1/32", Cancellation.NEVER);

    var second = sessions.refresh(call, first.tokens().refreshToken());

    var now = testCore.clock().instant();
    assertNotEquals(first.tokens().refreshToken(), second.tokens().refreshToken());
    assertEquals(first.session().id(), second.session().id());
    assertEquals(now, second.session().lastUsedAt());
    assertEquals(now.plus(Duration.ofDays(7)), second.session().expiresAt());
    assertEquals("198.51.100.1/32", second.session().clientNetwork());
    assertEquals(List.of(second.session()), sessions.list(CALL, first.user().id()));
    assertLive(second);
  }

  @Test
  void refresh_givesThePreviousTokenTheCurrentOneFor30Seconds() {
    var first = login(aUser());
    var second = sessions.refresh(CALL, first.tokens().refreshToken());
    testCore.clock().advance(Duration.ofSeconds(30));

    var again = sessions.refresh(CALL, first.tokens().refreshToken());

    assertEquals(second.tokens().refreshToken(), again.tokens().refreshToken());
    assertEquals(second.session(), again.session());
    assertLive(again);
    assertNotEquals(
        second.tokens().refreshToken(),
        sessions.refresh(CALL, second.tokens().refreshToken()).tokens().refreshToken());
  }

  @Test
  void refresh_endsTheSessionWhenThePreviousTokenComesLater() {
    var first = login(aUser());
    var second = sessions.refresh(CALL, first.tokens().refreshToken());
    testCore.clock().advance(Duration.ofSeconds(31));

    assertEquals(
        ErrorReason.SESSION_ENDED,
        reasonOf(() -> sessions.refresh(CALL, first.tokens().refreshToken())));

    assertEnded(second);
    assertEquals(
        List.of("user.created", "session.started", "session.reuse_detected", "session.ended"),
        events(first.user().id()));
    assertTrue(
        ((String) lastEvent(first.user().id()).get("reason")).startsWith("token_reused (session "));
  }

  @Test
  void refresh_endsTheSessionAtOnceWhenATokenFromFurtherBackComes() {
    var first = login(aUser());
    var second = sessions.refresh(CALL, first.tokens().refreshToken());
    var third = sessions.refresh(CALL, second.tokens().refreshToken());

    assertEquals(
        ErrorReason.SESSION_ENDED,
        reasonOf(() -> sessions.refresh(CALL, first.tokens().refreshToken())));
    assertEnded(third);
    assertTrue(events(first.user().id()).contains("session.reuse_detected"));
  }

  @Test
  void refresh_atTheSameTime_givesEverybodyTheSameToken() {
    var first = login(aUser());

    var answers =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> sessions.refresh(CALL, first.tokens().refreshToken())))
            .toList();

    var tokens =
        answers.stream().map(answer -> answer.join().tokens().refreshToken()).distinct().toList();
    assertEquals(1, tokens.size());
    assertEquals(
        List.of(Map.of("generation", 1L)),
        database.query(
            "select generation from sessions where id = ?", first.session().id().value()));
  }

  @Test
  void refresh_worksOnEveryInstance() {
    var first = login(aUser());

    var second = otherInstance.core().sessions().refresh(CALL, first.tokens().refreshToken());

    assertLive(second);
    assertEquals(
        second.tokens().refreshToken(),
        sessions.refresh(CALL, first.tokens().refreshToken()).tokens().refreshToken());
  }

  @Test
  void refresh_afterTheIdleLimitFails() {
    var signedIn = login(aUser());
    testCore.clock().advance(Duration.ofDays(7));

    assertNotRenewed(signedIn);
    assertEquals(List.of(), sessions.list(CALL, signedIn.user().id()));
  }

  @Test
  void refresh_afterTheAbsoluteLimitFailsHoweverOftenItWasUsed() {
    var signedIn = login(aUser());
    for (int day = 0; day < 84; day += 6) {
      testCore.clock().advance(Duration.ofDays(6));
      signedIn = sessions.refresh(CALL, signedIn.tokens().refreshToken());
    }
    assertEquals(Duration.ofDays(6), signedIn.tokens().refreshLifetime());
    testCore.clock().advance(Duration.ofDays(6));

    assertNotRenewed(signedIn);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "", "not base64 at all!", "AAAA"})
  void refresh_rejectsWhatIsNoToken(String text) {
    assertEquals(ErrorReason.CREDENTIALS_INVALID, reasonOf(() -> sessions.refresh(CALL, text)));
  }

  @Test
  void refresh_withAForgedSecretOfAKnownSessionLeavesItAlone() {
    var signedIn = login(aUser());
    sessions.refresh(CALL, signedIn.tokens().refreshToken());
    var forged = RefreshToken.first(signedIn.session().id(), new java.security.SecureRandom());

    assertEquals(
        ErrorReason.CREDENTIALS_INVALID, reasonOf(() -> sessions.refresh(CALL, forged.text())));
    assertEquals(
        ErrorReason.CREDENTIALS_INVALID, reasonOf(() -> sessions.logout(CALL, forged.text())));
    assertLive(signedIn);
  }
}
