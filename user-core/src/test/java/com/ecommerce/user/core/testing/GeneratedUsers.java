package com.ecommerce.user.core.testing;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.UserStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Any number of realistic users: names in several scripts with a realistic distribution, emails
 * made from them, and some users of every status and role. A third of all users have the last name
 * Smith, and a tenth the first name 小明. The same seed generates the same users, and a smaller
 * number of them is the beginning of a larger one. Immutable.
 *
 * @param seed determines names, statuses, roles and times
 */
public record GeneratedUsers(long seed) {
  /** A word that a third of all users match. */
  public static final String COMMON_WORD = "smith";

  /** Two letters of a script without spaces that a tenth of all users match. */
  public static final String COMMON_PAIR = "小明";

  /**
   * The time at which the first user was created. Each later one was created {@link #INTERVAL}
   * after the previous one.
   */
  public static final Instant START = Instant.parse("2021-01-01T00:00:00Z");

  public static final Duration INTERVAL = Duration.ofSeconds(20);

  private static final List<Culture> CULTURES =
      List.of(
          new Culture(
              50,
              "James John Mary Emma Olivia Noah Liam Ava Sophia Grace Henry Alice",
              // Names at the end are less frequent: the Smiths are 70 % of these users, and a third
              // of all.
              "Smith Smith Smith Smith Smith Johnson Brown Taylor Wilson Evans O'Connor"),
          new Culture(
              15,
              // Earlier names are more frequent: Xiaoming is three fifths of these, a tenth of all.
              "小明=xiaoming 小明=xiaoming 小明=xiaoming 伟=wei 芳=fang 静=jing 强=qiang 建国=jianguo",
              "王=wang 李=li 张=zhang 刘=liu 陈=chen 杨=yang",
              true),
          new Culture(
              12,
              "Анна=anna Иван=ivan Мария=mariya Дмитрий=dmitriy Ольга=olga",
              "Иванов=ivanov Смирнов=smirnov Кузнецов=kuznetsov Жуков=zhukov"),
          new Culture(
              10,
              "María=maria José=jose Carmen Luis Lucía=lucia",
              "García=garcia Rodríguez=rodriguez Núñez=nunez López=lopez Fernández=fernandez"),
          new Culture(5, "Jürgen=juergen Hans Karl Ursula", "Müller=mueller Schmidt Weiß=weiss"),
          new Culture(3, "محمد=mohammed فاطمة=fatima علي=ali", "حسن=hassan خان=khan أحمد=ahmed"),
          new Culture(
              3, "Ελένη=eleni Γιώργος=giorgos", "Παπαδόπουλος=papadopoulos Νικολάου=nikolaou"),
          new Culture(2, "철수=cheolsu 영희=yeonghui 지우=jiu", "김=kim 이=lee 박=park", true));

  private static final List<String> SYLLABLES =
      List.of(
          "ba", "bre", "cor", "dun", "fel", "gri", "hol", "jo", "kern", "lum", "mor", "nev", "oth",
          "pel", "quo", "rin", "sta", "tru", "vex", "wyn");

  private static final List<String> DOMAINS =
      List.of("example.com", "example.org", "mail.example.net", "shop.example");

  /** A user as in the table. */
  public record GeneratedUser(
      UUID id,
      String email,
      String firstName,
      String lastName,
      String displayName,
      UserStatus status,
      Set<Role> roles,
      Instant createdAt,
      Instant updatedAt,
      Instant lastLoginAt) {}

  /**
   * Returns the user with this number.
   *
   * @param number the number, counted from 0, which also determines the time of creation
   */
  public GeneratedUser get(int number) {
    var random = new SplittableRandom(seed * 1_000_003L + number).split();
    var culture = culture(random.nextInt(100));
    var first = culture.firstName(random);
    var last = random.nextInt(20) == 0 ? rareName(random) : culture.lastName(random);
    var created = START.plus(INTERVAL.multipliedBy(number));
    var local = first.latin() + separator(random) + last.latin() + "." + number;
    return new GeneratedUser(
        id(number),
        local + "@" + DOMAINS.get(skewed(DOMAINS.size(), random)),
        first.text(),
        last.text(),
        random.nextInt(3) == 0 ? first.latin() + number % 100 : culture.fullName(first, last),
        status(random.nextInt(1_000)),
        roles(random.nextInt(1_000)),
        created,
        created.plusSeconds(random.nextLong(100_000_000)),
        random.nextInt(5) == 0 ? null : created.plusSeconds(random.nextLong(100_000_000)));
  }

  private static Culture culture(int percent) {
    int rest = percent;
    for (Culture culture : CULTURES) {
      rest -= culture.percent();
      if (rest < 0) {
        return culture;
      }
    }
    throw new IllegalStateException("the cultures do not add up to 100");
  }

  private static Name rareName(SplittableRandom random) {
    var text = new StringBuilder();
    for (int i = 0; i < 3; i++) {
      text.append(SYLLABLES.get(random.nextInt(SYLLABLES.size())));
    }
    String latin = text.toString();
    return new Name(latin.substring(0, 1).toUpperCase(Locale.ROOT) + latin.substring(1), latin);
  }

  private static String separator(SplittableRandom random) {
    return List.of(".", "_", "").get(skewed(3, random));
  }

  private static UserStatus status(int perMille) {
    if (perMille < 800) {
      return UserStatus.ACTIVE;
    }
    if (perMille < 920) {
      return UserStatus.PENDING_VERIFICATION;
    }
    if (perMille < 980) {
      return UserStatus.DEACTIVATED;
    }
    return perMille < 995 ? UserStatus.SUSPENDED : UserStatus.BANNED;
  }

  private static Set<Role> roles(int perMille) {
    if (perMille < 900) {
      return EnumSet.of(Role.CUSTOMER);
    }
    if (perMille < 980) {
      return EnumSet.of(Role.CUSTOMER, Role.SELLER);
    }
    if (perMille < 990) {
      return EnumSet.of(Role.SELLER);
    }
    return perMille < 998 ? EnumSet.of(Role.SUPPORT) : EnumSet.of(Role.CUSTOMER, Role.ADMIN);
  }

  /**
   * Returns the id of the user with this number: a UUID of version 7 (RFC 9562) with the time of
   * creation. The bits that would be random are computed from the number, by arithmetic that other
   * programs can repeat.
   */
  private static UUID id(int number) {
    long time = START.plus(INTERVAL.multipliedBy(number)).toEpochMilli();
    return new UUID(
        time << 16 | 0x7000 | number * 1_103L & 0xFFF,
        0x8000_0000_0000_0000L | number * 0x25_45F4_914FL & 0x3FFF_FFFF_FFFF_FFFFL);
  }

  /** Returns a random number; small numbers are more frequent than large ones. */
  private static int skewed(int bound, SplittableRandom random) {
    return Math.min(random.nextInt(bound), random.nextInt(bound));
  }

  /** A name, and its spelling in an email. */
  private record Name(String text, String latin) {
    static Name parse(String spelled) {
      int equals = spelled.indexOf('=');
      return equals < 0
          ? new Name(spelled, spelled.toLowerCase(Locale.ROOT))
          : new Name(spelled.substring(0, equals), spelled.substring(equals + 1));
    }
  }

  /**
   * Names that go together.
   *
   * @param isUnspaced whether the last name comes first, without a space after it
   */
  private record Culture(
      int percent, List<Name> firstNames, List<Name> lastNames, boolean isUnspaced) {
    Culture(int percent, String firstNames, String lastNames) {
      this(percent, firstNames, lastNames, false);
    }

    Culture(int percent, String firstNames, String lastNames, boolean isUnspaced) {
      this(percent, parse(firstNames), parse(lastNames), isUnspaced);
    }

    private static List<Name> parse(String names) {
      return List.of(names.split(" ")).stream().map(Name::parse).toList();
    }

    String fullName(Name first, Name last) {
      return isUnspaced ? last.text() + first.text() : first.text() + " " + last.text();
    }

    Name firstName(SplittableRandom random) {
      return firstNames.get(skewed(firstNames.size(), random));
    }

    Name lastName(SplittableRandom random) {
      return lastNames.get(skewed(lastNames.size(), random));
    }
  }
}
