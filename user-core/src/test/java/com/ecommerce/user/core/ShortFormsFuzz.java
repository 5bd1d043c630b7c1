package com.ecommerce.user.core;

import static com.ecommerce.user.core.testing.FuzzInput.accepted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.address.CountryCode;
import com.ecommerce.user.core.directory.UserSort;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.limit.MethodLimits;
import com.ecommerce.user.core.limit.Rate;
import com.ecommerce.user.core.mail.MailSender;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.preference.Preference;
import com.ecommerce.user.core.request.TraceParent;
import com.ecommerce.user.core.testing.FuzzInput;
import com.ecommerce.user.core.value.UserId;
import org.junit.jupiter.api.Timeout;

/**
 * Fuzzes the short values of requests, headers and settings: an accepted one has a canonical text.
 */
@Timeout(10)
class ShortFormsFuzz {
  @FuzzTest
  void parse_roundTrips(byte[] input) {
    String text = FuzzInput.text(input);
    check(input, text);
    FuzzInput.repeated(text).ifPresent(longText -> check(input, longText));
  }

  private static void check(byte[] input, String text) {
    accepted(input, InvalidValueException.class, () -> UserId.parse(text))
        .ifPresent(id -> assertEquals(id, UserId.parse(id.toString())));
    accepted(input, InvalidValueException.class, () -> CountryCode.parse(text))
        .ifPresent(code -> assertEquals(code, CountryCode.parse(code.toString())));
    accepted(input, InvalidValueException.class, () -> AddressType.parse(text))
        .ifPresent(type -> assertEquals(type, AddressType.parse(type.name())));
    accepted(input, InvalidValueException.class, () -> UserSort.Field.parse(text))
        .ifPresent(field -> assertEquals(field, UserSort.Field.parse(field.toString())));
    accepted(input, InvalidValueException.class, () -> PageRequest.parseToken(text))
        .ifPresent(token -> assertEquals(token, PageRequest.parseToken(token)));
    TraceParent.parse(text)
        .ifPresent(
            parent -> {
              assertEquals(
                  text,
                  text.substring(0, 2)
                      + "-"
                      + parent.traceId()
                      + "-"
                      + parent.spanId()
                      + "-"
                      + parent.flags());
            });
    Preference.ofPath(text).ifPresent(known -> assertTrue(text.length() < 100, "length"));
    if (text.length() < 1_000) {
      // The reader of settings refuses control characters, since its messages repeat the values.
      String line = text.replaceAll("\\p{Cc}", "");
      accepted(input, IllegalArgumentException.class, () -> Rate.parse(line))
          .ifPresent(rate -> assertEquals(rate, Rate.parse(rate.toString())));
      accepted(input, IllegalArgumentException.class, () -> MethodLimits.parse(line))
          .ifPresent(
              limits ->
                  assertEquals(
                      limits.toString(), MethodLimits.parse(limits.toString()).toString()));
      accepted(input, InvalidValueException.class, () -> MailSender.parse(line))
          .ifPresent(
              sender -> assertTrue(sender.name().indexOf('\n') < 0, "line of the header From"));
    }
  }
}
