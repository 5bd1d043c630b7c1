package com.ecommerce.user.core.internal.token;

import static com.ecommerce.user.core.testing.FuzzInput.accepted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.text.Base64Url;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.core.testing.FuzzInput;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.value.Uuids;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class AccessTokensFuzz {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final TokenSettings SETTINGS =
      new TokenSettings(
          Optional.of(SECRET), Duration.ofMinutes(5), Duration.ofDays(1), "issuer", "audience");

  private final MutableClock clock = MutableClock.atNoon();
  private final AccessTokens tokens =
      new AccessTokens(
          SETTINGS,
          clock,
          new Uuids(clock, new SecureRandom()),
          new SharedSecret(SECRET),
          new VerifiedTokens(clock, System::nanoTime, 1 << 20));

  /** The input is a token, or the header and the claims of one that is signed with the secret. */
  @FuzzTest
  void verify_acceptsOnlyItsOwnKindOfToken(byte[] input) {
    var texts = FuzzInput.texts(input, 2);
    String text = texts.get(0);
    assertTrue(
        accepted(input, UserServiceException.class, () -> tokens.verify(text)).isEmpty(),
        "a token without a signature");
    FuzzInput.repeated(text)
        .ifPresent(
            longText -> accepted(input, UserServiceException.class, () -> tokens.verify(longText)));

    String signed = signed(text, texts.get(1));
    accepted(input, UserServiceException.class, () -> tokens.verify(signed))
        .ifPresent(token -> assertValid(signed, token));
    accepted(input, UserServiceException.class, () -> tokens.verify("." + signed));
  }

  private void assertValid(String signed, AccessToken token) {
    assertTrue(token.expiresAt().isAfter(clock.instant()), "an expired token");
    assertFalse(
        token.expiresAt().isAfter(clock.instant().plus(Duration.ofMinutes(6))), "a long lifetime");
    assertEquals(token, tokens.verify(signed));
    assertEquals(token, tokens.known(signed, clock.instant().toEpochMilli()));
    String padded = signed + "=";
    assertTrue(
        accepted(new byte[0], UserServiceException.class, () -> tokens.verify(padded)).isEmpty(),
        "a second spelling");
  }

  private static String signed(String header, String claims) {
    String content = encoded(header) + "." + encoded(claims);
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
      byte[] signature = mac.doFinal(content.getBytes(StandardCharsets.US_ASCII));
      return content + "." + Base64Url.encode(signature);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(missing);
    }
  }

  private static String encoded(String json) {
    return Base64Url.encode(json.getBytes(StandardCharsets.UTF_8));
  }

  @FuzzTest
  void refreshToken_isCanonical(byte[] input) {
    String text = FuzzInput.text(input);
    accepted(input, UserServiceException.class, () -> RefreshToken.parse(text))
        .ifPresent(token -> assertEquals(text, token.text()));
    FuzzInput.repeated(text)
        .ifPresent(
            longText ->
                accepted(input, UserServiceException.class, () -> RefreshToken.parse(longText)));
  }
}
