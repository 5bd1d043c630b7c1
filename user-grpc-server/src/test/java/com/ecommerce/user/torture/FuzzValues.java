package com.ecommerce.user.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Generates values at and beyond the limits of what is valid. The same seed gives the same values,
 * apart from the ids of users that the service made. Not thread-safe.
 */
final class FuzzValues {
  /** Part of every password, so that one in an answer or in the log is found. */
  static final String SECRET = "Geheimnis-4711";

  private static final int MAX_KNOWN = 200;

  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "Ada",
          "Lovelace",
          "O'Brien-Smith",
          "Zo\u00eb \ud83d\udc0e",
          "e\u0301\u0301",
          "\u0958",
          "a\u0000b",
          "a\u0001",
          "\u202eevil",
          "\u2066x",
          "\u200b",
          "\u2800",
          "\u3164",
          "\ufeff",
          "\u0130I\u0131i",
          "\u212a",
          "\ufb03",
          "\u1e9e",
          "x".repeat(150),
          "x".repeat(151),
          "\u00fc".repeat(2_001),
          "\ud83d\udc0e".repeat(150),
          "e\u0301".repeat(150),
          "a" + "\u0301\u0323".repeat(400),
          "%",
          "_",
          "\\",
          "%_\\'\"`",
          "{{name}}",
          "<b>&\"'",
          "' or 1=1 --",
          "\r\nX-Injected: y",
          "a\nb\tc",
          "\u2028",
          "null",
          "NaN",
          "true",
          "-0",
          "1e400",
          "9".repeat(400),
          "../../etc/passwd",
          "${jndi:ldap://x}",
          "%00",
          "%zz",
          "%C3%28",
          "*",
          "me",
          "\ufffd",
          "\uffff",
          "\ud83d",
          "https://shop.example/a?b=c",
          "http://[::1]:80/",
          "javascript:alert(1)",
          "http://a:b@h/",
          "https://stra\u00dfe.example",
          "+14155552671",
          "+44 20 7946 0958",
          "+39 06 1234",
          "de",
          "DE",
          "EUR",
          "Europe/Berlin",
          "2026-01-31T12:00:00Z",
          "0001-01-01",
          "+999999999-12-31T00:00:00Z",
          "created_at",
          "last_login",
          "shipping",
          "customer");

  private static final List<String> DOMAINS =
      List.of(
          "example.com",
          "EXAMPLE.com",
          "stra\u00dfe.example",
          "xn--strae-oqa.example",
          "\u212aelvin.example",
          "localhost",
          "1.2.3.4",
          "[::1]",
          "a..b",
          "",
          "x".repeat(64) + ".example",
          "\u4f8b\u3048\u3002\u30c6\u30b9\u30c8");

  private static final List<Long> NUMBERS =
      List.of(
          0L,
          1L,
          -1L,
          2L,
          19L,
          100L,
          101L,
          999_999_999L,
          (long) Integer.MAX_VALUE,
          (long) Integer.MIN_VALUE,
          253_402_300_799L,
          253_402_300_800L,
          -62_135_596_800L,
          -62_135_596_801L,
          Long.MAX_VALUE,
          Long.MIN_VALUE);

  private final Random random;
  private final String run;
  private final ConcurrentLinkedDeque<String> users;
  private final ConcurrentLinkedDeque<String> addresses = new ConcurrentLinkedDeque<>();
  private int emails;

  /**
   * @param run distinguishes the emails of several generators
   * @param users the ids of users that may be changed and deleted; shared by all generators
   */
  FuzzValues(long seed, String run, ConcurrentLinkedDeque<String> users) {
    this.random = new Random(seed);
    this.run = run;
    this.users = users;
  }

  Random random() {
    return random;
  }

  /** Returns whether an event of this probability happens. */
  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  String text() {
    if (chance(0.85)) {
      return oneOf(TEXTS);
    }
    var text = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      text.appendCodePoint(random.nextInt(chance(0.5) ? 0x80 : Character.MAX_CODE_POINT + 1));
    }
    return text.toString();
  }

  /** Returns an email, in most cases one that nobody has yet. */
  String email() {
    return switch (random.nextInt(8)) {
      case 0 -> text() + "@" + oneOf(DOMAINS);
      case 1 -> text();
      case 2 -> "known@example.com";
      default -> newEmail();
    };
  }

  /** Returns a valid email that nobody has yet. */
  String newEmail() {
    return String.format(Locale.ROOT, "%s.%d@example.com", run, emails++);
  }

  String password() {
    return switch (random.nextInt(6)) {
      case 0 -> SECRET + text();
      case 1 -> SECRET.repeat(12);
      case 2 -> "";
      default -> SECRET;
    };
  }

  /** Returns a user's id, which exists in most cases. */
  String userId() {
    if (users.isEmpty() || chance(0.15)) {
      return badId();
    }
    // The end of the list, since the beginning may be deleted already.
    String first = users.pollFirst();
    if (first == null) {
      return badId();
    }
    users.addLast(first);
    return chance(0.1) ? first.toUpperCase(Locale.ROOT) : first;
  }

  private String badId() {
    return chance(0.3) ? new UUID(random.nextLong(), random.nextLong()).toString() : text();
  }

  String addressId() {
    var known = new ArrayList<>(addresses);
    return known.isEmpty() || chance(0.2) ? badId() : oneOf(known);
  }

  void addUser(String id) {
    users.addFirst(id);
    if (users.size() > MAX_KNOWN) {
      users.pollLast();
    }
  }

  void addAddress(String id) {
    addresses.addFirst(id);
    if (addresses.size() > MAX_KNOWN) {
      addresses.pollLast();
    }
  }

  long number() {
    return chance(0.8) ? oneOf(NUMBERS) : random.nextLong();
  }

  byte[] bytes(int maxLength) {
    byte[] bytes = new byte[random.nextInt(maxLength + 1)];
    random.nextBytes(bytes);
    return bytes;
  }
}
