package com.ecommerce.user.server.transfer;

import com.ecommerce.common.v1.Address;
import com.ecommerce.common.v1.PhoneNumber;
import com.ecommerce.user.server.grpc.CommonProtos;
import com.ecommerce.user.v1.AddressType;
import com.ecommerce.user.v1.EmailPreferences;
import com.ecommerce.user.v1.ImportedUser;
import com.ecommerce.user.v1.UserAddress;
import com.ecommerce.user.v1.UserPreferences;
import com.ecommerce.user.v1.UserProfile;
import com.ecommerce.user.v1.UserRole;
import com.ecommerce.user.v1.UserStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Invented users with names, addresses and telephone numbers as they are usual in some countries.
 * The same number always makes the same user, so a run that is repeated changes nothing. Their
 * emails are in domains that nobody can have (RFC 2606).
 */
public final class SeedSource implements ImportSource {
  private static final Map<String, Country> COUNTRIES = countries();
  private static final List<String> DOMAINS = List.of("example.com", "example.net", "example.org");
  private static final Pattern NO_LETTERS = Pattern.compile("[^a-z0-9]+");
  private static final Pattern MARKS = Pattern.compile("\\p{M}+");

  /** The earliest creation time. The latest one is five years later. */
  private static final Instant FIRST = Instant.parse("2021-01-01T00:00:00Z");

  private static final long SECONDS = 5L * 365 * 24 * 3600;
  private static final LocalDate YOUNGEST = LocalDate.of(2006, 1, 1);
  private static final int DAYS = 60 * 365;
  private static final int PERCENT = 100;

  private final long count;
  private final List<Country> countries;
  private long made;

  /**
   * The usual forms of names, streets and telephone numbers in a country.
   *
   * @param street the form of a street with a number, of {@code {street}} and {@code {number}}
   * @param phone a telephone number in E.164 whose {@code #} are any digits
   * @param firstNames with the spelling in emails after a slash, if that has other letters
   */
  private record Country(
      String country,
      String language,
      String currency,
      String timezone,
      String phone,
      String street,
      List<String> firstNames,
      List<String> lastNames,
      List<String> streets,
      List<City> cities) {}

  /** A city, in whose postal code {@code #} stands for any digit. */
  private record City(String city, String state, String postalCode) {}

  private SeedSource(long count, List<Country> countries) {
    this.count = count;
    this.countries = countries;
  }

  private static Map<String, Country> countries() {
    try (InputStream data = SeedSource.class.getResourceAsStream("countries.json")) {
      return JsonMapper.shared().readValue(data, new TypeReference<Map<String, Country>>() {});
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /**
   * Returns a source of invented users.
   *
   * @param locale such as {@code de_DE}; empty for users of all countries
   * @throws IllegalArgumentException if the locale is unknown
   */
  public static SeedSource of(long count, Optional<String> locale) {
    return new SeedSource(
        count, locale.map(SeedSource::country).orElse(List.copyOf(COUNTRIES.values())));
  }

  /** Checks that there is data for a locale. */
  public static String locale(String name) {
    country(name);
    return name;
  }

  private static List<Country> country(String locale) {
    var country = COUNTRIES.get(locale.replace('-', '_'));
    if (country == null) {
      throw new IllegalArgumentException(
          locale
              + " (expected: one of "
              + String.join(", ", new TreeSet<>(COUNTRIES.keySet()))
              + ")");
    }
    return List.of(country);
  }

  @Override
  public Optional<Row> next() {
    if (made == count) {
      return Optional.empty();
    }
    made++;
    return Optional.of(Row.of("user " + made, user(made)));
  }

  private ImportedUser user(long number) {
    var random = new SplittableRandom(number);
    var country = oneOf(random, countries);
    String first = oneOf(random, country.firstNames());
    String last = oneOf(random, country.lastNames());
    var created = FIRST.plusSeconds(random.nextLong(SECONDS));
    boolean isVerified = isIn(random, 85);
    var user =
        ImportedUser.newBuilder()
            .setExternalId("demo-" + number)
            .setEmail(ascii(first) + "." + ascii(last) + number + "@" + oneOf(random, DOMAINS))
            .setEmailVerified(isVerified)
            .setFirstName(written(first))
            .setLastName(written(last))
            .setDisplayName(written(first) + " " + written(last))
            .setStatus(status(random, isVerified))
            .setCreatedAt(CommonProtos.timestamp(created))
            .setProfile(profile(random, country));
    if (isIn(random, 60)) {
      user.setPhone(PhoneNumber.newBuilder().setE164(digits(random, country.phone())))
          .setPhoneVerified(isVerified && isIn(random, 50));
    }
    if (isIn(random, 5)) {
      user.addRoles(UserRole.USER_ROLE_SELLER);
    }
    if (isVerified) {
      user.setLastLoginAt(
          CommonProtos.timestamp(created.plusSeconds(random.nextLong(SECONDS / 10))));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      user.addAddresses(address(random, country, i == 1));
    }
    if (isIn(random, 30)) {
      user.setPreferences(
          UserPreferences.newBuilder()
              .setEmail(
                  EmailPreferences.newBuilder()
                      .setOrderUpdates(true)
                      .setNewsletter(true)
                      .setSellerUpdates(true)
                      .setSecurityAlerts(true)));
    }
    return user.build();
  }

  private static UserStatus status(SplittableRandom random, boolean isVerified) {
    if (!isVerified) {
      return UserStatus.USER_STATUS_PENDING_VERIFICATION;
    }
    int percent = random.nextInt(PERCENT);
    if (percent < 3) {
      return UserStatus.USER_STATUS_DEACTIVATED;
    }
    return percent < 4 ? UserStatus.USER_STATUS_SUSPENDED : UserStatus.USER_STATUS_ACTIVE;
  }

  private static UserProfile profile(SplittableRandom random, Country country) {
    var profile =
        UserProfile.newBuilder()
            .setLanguage(country.language())
            .setCurrency(country.currency())
            .setTimezone(country.timezone());
    if (isIn(random, 70)) {
      profile.setDateOfBirth(CommonProtos.date(YOUNGEST.minusDays(random.nextInt(DAYS))));
    }
    return profile.build();
  }

  private static UserAddress address(SplittableRandom random, Country country, boolean isHome) {
    var city = oneOf(random, country.cities());
    String street =
        country
            .street()
            .replace("{street}", oneOf(random, country.streets()))
            .replace("{number}", Integer.toString(1 + random.nextInt(150)));
    return UserAddress.newBuilder()
        .setLabel(isHome ? "Home" : "Work")
        .setType(isHome ? AddressType.ADDRESS_TYPE_BOTH : AddressType.ADDRESS_TYPE_SHIPPING)
        .setAddress(
            Address.newBuilder()
                .setLine1(street)
                .setCity(city.city())
                .setState(city.state())
                .setPostalCode(digits(random, city.postalCode()))
                .setCountryCode(country.country()))
        .build();
  }

  private static boolean isIn(SplittableRandom random, int percent) {
    return random.nextInt(PERCENT) < percent;
  }

  private static <T> T oneOf(SplittableRandom random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private static String digits(SplittableRandom random, String pattern) {
    var text = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char each = pattern.charAt(i);
      text.append(each == '#' ? (char) ('0' + random.nextInt(10)) : each);
    }
    return text.toString();
  }

  private static String written(String name) {
    return name.replaceFirst("/.*", "");
  }

  /** Returns the spelling in an email. */
  private static String ascii(String name) {
    String spelled = name.replaceFirst(".*/", "").toLowerCase(Locale.ROOT);
    String plain = spelled.replace("ß", "ss").replace('ł', 'l').replace('ı', 'i').replace('ø', 'o');
    String letters = MARKS.matcher(Normalizer.normalize(plain, Normalizer.Form.NFD)).replaceAll("");
    return NO_LETTERS.matcher(letters).replaceAll("");
  }

  @Override
  public double progress() {
    return count == 0 ? 1 : (double) made / count;
  }

  @Override
  public void close() {}
}
