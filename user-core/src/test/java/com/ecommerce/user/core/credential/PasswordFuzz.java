package com.ecommerce.user.core.credential;

import static com.ecommerce.user.core.testing.FuzzInput.accepted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.internal.hash.PasswordHash;
import com.ecommerce.user.core.internal.hash.PasswordHasher;
import com.ecommerce.user.core.testing.FuzzInput;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PasswordFuzz {
  /** Matches hashes with parameters that make them slow. */
  private static final Pattern COSTLY =
      Pattern.compile(
          ".*(r=(0?[7-9]|\\d\\d)|m=\\d{4,}|t=\\d\\d|\\d{5,}|n=1\\d|\\$(0[7-9]|1\\d)\\$).*",
          Pattern.DOTALL);

  private static final Password SOME = Password.parse("correct horse battery");

  private final PasswordHasher hasher =
      new PasswordHasher(
          new HashSettings(HashSettings.Algorithm.BCRYPT, HashSettings.MIN_BCRYPT_COST),
          new SecureRandom());

  @FuzzTest
  void parse_isCanonical(byte[] input) {
    String text = FuzzInput.text(input);
    accepted(input, InvalidValueException.class, () -> Password.parse(text))
        .ifPresent(
            password -> {
              assertEquals(password, Password.parse(password.text()));
              assertTrue(password.length() >= 1 && password.length() <= 128, "length");
              assertTrue(Normalizer.isNormalized(password.text(), Normalizer.Form.NFC), "NFC");
              assertEquals(SOME.toString(), password.toString(), "a password in a log");
            });
    FuzzInput.repeated(text)
        .ifPresent(
            longText ->
                accepted(input, InvalidValueException.class, () -> Password.parse(longText)));
  }

  /** A stored text that is not a hash, or one that is too costly, matches no password. */
  @FuzzTest
  void verify_toleratesAnyStoredText(byte[] input) {
    String stored = FuzzInput.text(input);
    if (!COSTLY.matcher(stored).matches()) {
      var hash = new PasswordHash(stored);
      boolean matches = hasher.verify(SOME, hash);
      assertEquals(matches, hasher.verify(SOME, hash));
      if (matches) {
        hasher.needsRehash(hash);
      }
      assertFalse(hash.toString().contains("$"), "a hash in a log");
    }
  }
}
