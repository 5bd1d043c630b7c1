package com.ecommerce.user.core.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violation;
import com.ecommerce.user.core.error.Violations;
import com.ibm.icu.util.Currency;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileRulesTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-06-15T00:00:00Z"), ZoneOffset.ofHours(-12));

  @Test
  void language_isIso6391InLowerCase() {
    assertEquals("de", ProfileRules.language(" DE "));
    assertEquals("", ProfileRules.language(" "));
    assertEquals("INVALID_LANGUAGE", ruleBrokenBy(() -> ProfileRules.language("deu")));
    assertEquals("INVALID_LANGUAGE", ruleBrokenBy(() -> ProfileRules.language("xx")));
  }

  @Test
  void language_ofAWithdrawnCode_isTheOneInItsPlace() {
    assertEquals("he", ProfileRules.language("iw"));
    assertEquals("id", ProfileRules.language("in"));
    assertEquals("yi", ProfileRules.language("ji"));
  }

  @Test
  void codes_ofLettersThatBecomeAsciiByCase_areRejected() {
    assertEquals("INVALID_LANGUAGE", ruleBrokenBy(() -> ProfileRules.language("\u212Ao")));
    assertEquals("INVALID_CURRENCY", ruleBrokenBy(() -> ProfileRules.currency("u\u017Fd")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"XAD", "XCG", "ZWG", "SLE", "CHF", "XTS", "XAU", "XDR"})
  void currency_thatIsInForce_isAccepted(String code) {
    assertEquals(code, ProfileRules.currency(code));
  }

  @ParameterizedTest
  @ValueSource(strings = {"DEM", "HRK", "USS", "ANG", "BGN", "SLL", "ZWL"})
  void currency_thatIsWithdrawn_isRejected(String code) {
    assertEquals("INVALID_CURRENCY", ruleBrokenBy(() -> ProfileRules.currency(code)));
  }

  /**
   * Fails after an update of ICU with a new or withdrawn currency; the date of the test must then
   * be updated. According to ICU, the Salvadoran colón is not legal tender, and there is an
   * offshore renminbi, which ISO 4217 does not list.
   */
  @Test
  void currencies_areThoseThatIcuKnowsToBeInForce() {
    var day = Date.from(Instant.parse("2026-11-01T00:00:00Z"));
    var byIcu =
        Currency.getAvailableCurrencies().stream()
            .map(Currency::getCurrencyCode)
            .filter(code -> Currency.isAvailable(code, day, day))
            .collect(Collectors.toCollection(TreeSet::new));
    byIcu.add("SVC");
    byIcu.remove("CNH");

    assertEquals(byIcu, new TreeSet<>(Currencies.IN_FORCE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"America/Coyhaique", "HST", "EST", "GMT+0", "Asia/Calcutta", "Europe/Kyiv"})
  void timezone_isOfTheCurrentRelease(String name) {
    assertEquals(name, ProfileRules.timezone(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SystemV/AST4", "Etc/Unknown", "PST", "US/Pacific-New", "europe/berlin"})
  void timezone_thatIanaDoesNotHave_isRejected(String name) {
    assertEquals("INVALID_TIMEZONE", ruleBrokenBy(() -> ProfileRules.timezone(name)));
  }

  @Test
  void currency_isIso4217InUpperCase() {
    assertEquals("EUR", ProfileRules.currency("eur"));
    assertEquals("", ProfileRules.currency(""));
    assertEquals("INVALID_CURRENCY", ruleBrokenBy(() -> ProfileRules.currency("EURO")));
  }

  @Test
  void timezone_isOfTheIanaDatabase() {
    assertEquals("Europe/Berlin", ProfileRules.timezone("Europe/Berlin"));
    assertEquals("", ProfileRules.timezone(""));
    assertEquals("INVALID_TIMEZONE", ruleBrokenBy(() -> ProfileRules.timezone("Mars/Olympus")));
    assertEquals("INVALID_TIMEZONE", ruleBrokenBy(() -> ProfileRules.timezone("+02:00")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1901-01-01", "2000-02-29", "2026-06-14"})
  void dateOfBirth_allowsPastDaysAfter1900(String day) {
    assertEquals(LocalDate.parse(day), ProfileRules.dateOfBirth(LocalDate.parse(day), CLOCK));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1900-12-31", "2026-06-15", "2026-06-16"})
  void dateOfBirth_rejectsOtherDays(String day) {
    assertEquals(
        "INVALID_DATE", ruleBrokenBy(() -> ProfileRules.dateOfBirth(LocalDate.parse(day), CLOCK)));
  }

  @Test
  void socialLinks_areTrimmedNamesWithUrls() {
    assertEquals(
        Map.of("github", "https://github.com/ada"),
        ProfileRules.socialLinks(Map.of(" github ", " https://github.com/ada ")));
    assertEquals(Map.of(), ProfileRules.socialLinks(Map.of()));
  }

  @Test
  void socialLinks_areTwentyAtMost() {
    assertEquals(20, ProfileRules.socialLinks(links(20)).size());
    assertEquals("TOO_MANY", ruleBrokenBy(() -> ProfileRules.socialLinks(links(21))));
  }

  @Test
  void socialLinks_needNameAndUrl() {
    String url = "https://example.com";

    assertEquals("REQUIRED", ruleBrokenBy(() -> ProfileRules.socialLinks(Map.of(" ", url))));
    assertEquals("REQUIRED", ruleBrokenBy(() -> ProfileRules.socialLinks(Map.of("x", ""))));
    assertEquals("INVALID_URL", ruleBrokenBy(() -> ProfileRules.socialLinks(Map.of("x", "ada"))));
    assertEquals(
        "TOO_LONG", ruleBrokenBy(() -> ProfileRules.socialLinks(Map.of("x".repeat(51), url))));
  }

  @Test
  void socialLinks_nameEveryBadOne() {
    var links = new LinkedHashMap<String, String>();
    links.put("github", "https://github.com/ada");
    links.put("x", "ada");
    links.put("y".repeat(51), "https://example.com");
    links.put("z", "");
    links.put(" github ", "https://github.com/grace");
    var violations = new Violations();

    violations.parse("profile.social_links", links, ProfileRules::socialLinks);

    var found = assertThrows(UserServiceException.class, violations::throwIfAny).violations();
    assertEquals(
        List.of("INVALID_URL", "TOO_LONG", "REQUIRED", "DUPLICATE_NAME"),
        found.stream().map(Violation::rule).toList());
    assertTrue(found.stream().allMatch(one -> one.field().equals("profile.social_links")));
    assertTrue(found.get(0).message().startsWith("x: "), found.get(0).message());
    assertTrue(found.get(1).message().startsWith("a name: "), found.get(1).message());
    assertTrue(found.get(2).message().startsWith("z: "), found.get(2).message());
    assertTrue(found.get(3).message().startsWith("github: "), found.get(3).message());
  }

  private static Map<String, String> links(int count) {
    return IntStream.range(0, count)
        .boxed()
        .collect(Collectors.toMap(i -> "network " + i, i -> "https://example.com/" + i));
  }

  private static String ruleBrokenBy(Runnable parsing) {
    return assertThrows(InvalidValueException.class, parsing::run).rule();
  }
}
