package com.ecommerce.user.core.internal.account;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.ExternalId;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserProfile;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.event.Audit;
import com.ecommerce.user.core.value.UserId;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class UserCodecProperties {
  private static final UserId ID =
      new UserId(UUID.fromString("0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e"));

  @Property
  void decode_ofWhatWasEncoded_givesTheSameUser(@ForAll("users") User user) {
    assertEquals(user, UserCodec.decode(ID, UserCodec.encode(user)));
  }

  @Provide
  Arbitrary<User> users() {
    var names = Combinators.combine(texts(), texts(), texts(), texts()).as(Names::new);
    var phone =
        Combinators.combine(texts(), texts(), texts(), Arbitraries.of(true, false))
            .as(
                (code, national, e164, plain) ->
                    PhoneNumber.ofStored(code, national, plain ? "+" + code + national : e164));
    var marks = Combinators.combine(booleans(), booleans()).as(Marks::new);
    var roles = Arbitraries.of(Role.class).set().ofMinSize(1);
    return Combinators.combine(
            Combinators.combine(
                    emails(), emails().optional(), texts().map(ExternalId::ofStored).optional())
                .as(Keys::new),
            names,
            phone.optional(),
            Arbitraries.of(UserStatus.class),
            roles,
            marks,
            profiles(),
            Combinators.combine(audits(), instants().optional()).as(Times::new))
        .as(
            (keys, name, number, status, roleSet, mark, profile, times) ->
                new User(
                    ID,
                    keys.email(),
                    keys.pendingEmail(),
                    name.display(),
                    name.first(),
                    name.last(),
                    number,
                    name.avatar(),
                    status,
                    roleSet,
                    mark.email(),
                    mark.phone(),
                    profile,
                    times.audit(),
                    times.login(),
                    keys.externalId()));
  }

  private record Keys(Email email, Optional<Email> pendingEmail, Optional<ExternalId> externalId) {}

  private record Names(String display, String first, String last, String avatar) {}

  private record Marks(boolean email, boolean phone) {}

  private record Times(Audit audit, Optional<Instant> login) {}

  private static Arbitrary<UserProfile> profiles() {
    var date = Arbitraries.longs().between(-700_000, 700_000).map(LocalDate::ofEpochDay).optional();
    var links = Arbitraries.maps(texts(), texts()).ofMaxSize(20);
    return Combinators.combine(texts(), date, texts(), texts(), texts(), texts(), texts(), links)
        .as(
            (bio, born, gender, language, currency, timezone, company, all) ->
                new UserProfile(
                    bio, born, gender, language, currency, timezone, company, company + bio, all));
  }

  private static Arbitrary<Audit> audits() {
    var actors =
        Arbitraries.oneOf(
            Arbitraries.of("system", "anonymous", ID.toString(), "service:shop"),
            Arbitraries.create(UUID::randomUUID).map(UUID::toString),
            Arbitraries.of("0190B6E2-7B1C-7A52-9D3E-3F1C2A4B5D6E", "x".repeat(36)));
    return Combinators.combine(
            instants(), instants(), actors, actors, Arbitraries.longs().greaterOrEqual(1))
        .as(Audit::new);
  }

  private static Arbitrary<Instant> instants() {
    return Arbitraries.longs()
        .between(-62_135_596_800_000_000L, 253_402_300_799_999_999L)
        .map(micros -> Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
  }

  private static Arbitrary<Email> emails() {
    return Arbitraries.strings()
        .alpha()
        .ofMinLength(1)
        .ofMaxLength(60)
        .map(name -> Email.parse(name + "@example.com"));
  }

  private static Arbitrary<Boolean> booleans() {
    return Arbitraries.of(true, false);
  }

  /**
   * Generates texts of Latin-1 and other characters. The database contains no unpaired surrogates.
   */
  private static Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.just(""),
        Arbitraries.strings().withCharRange(' ', '\u00FF').ofMaxLength(300),
        Arbitraries.strings().withCharRange(' ', '\uD7FF').ofMaxLength(60),
        Arbitraries.of("😀 Ada", "名前"));
  }
}
