package com.ecommerce.user.core.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.InvalidValueException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class EmailProperties {
  @Property
  void parse_ofAnyText_givesAnAddressOrNamesTheRule(@ForAll("texts") String text) {
    parse(text)
        .ifPresent(
            email -> {
              String address = email.address();
              assertTrue(StandardCharsets.US_ASCII.newEncoder().canEncode(address));
              assertTrue(address.length() <= 254);
              assertEquals(address.toLowerCase(Locale.ROOT), address);
            });
  }

  @Property
  void parse_ofItsOwnAddress_givesTheSame(@ForAll("texts") String text) {
    parse(text).ifPresent(email -> assertEquals(email, Email.parse(email.address())));
  }

  @Property
  void parse_ignoresCaseAndSurroundingSpace(@ForAll("addresses") String address) {
    assertEquals(Email.parse(address), Email.parse("  " + address.toUpperCase(Locale.ROOT) + "\t"));
  }

  @Provide
  Arbitrary<String> addresses() {
    var local = Arbitraries.strings().withChars("abz019!#$%&'*+/=?^_`{|}~-").ofMinLength(1);
    var label = Arbitraries.strings().withChars("abz019").ofMinLength(1).ofMaxLength(20);
    return Combinators.combine(local.ofMaxLength(64), label, label)
        .as((name, first, second) -> name + "@" + first + "." + second + ".com");
  }

  @Provide
  Arbitrary<String> texts() {
    var odd = Arbitraries.strings().withChars("a@.-_ \"ßİüéα例。\u00AD\u0000\uD800").ofMaxLength(40);
    return Arbitraries.oneOf(Arbitraries.strings().ofMaxLength(300), odd, addresses());
  }

  private static Optional<Email> parse(String text) {
    try {
      return Optional.of(Email.parse(text));
    } catch (InvalidValueException invalid) {
      return Optional.empty();
    }
  }
}
