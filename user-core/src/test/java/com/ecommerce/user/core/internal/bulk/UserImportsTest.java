package com.ecommerce.user.core.internal.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.ExternalId;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.UserProfile;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.address.Address;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.bulk.ImportOptions;
import com.ecommerce.user.core.bulk.ImportResult.Outcome;
import com.ecommerce.user.core.bulk.ImportedAddress;
import com.ecommerce.user.core.bulk.ImportedUser;
import com.ecommerce.user.core.bulk.UserImports;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.directory.UserSearch;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.event.Audit;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.preference.Preference;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UserImportsTest extends ImportTesting {
  private static final Instant CREATED = Instant.parse("2017-03-04T05:06:07.123456Z");
  private static final Instant UPDATED = Instant.parse("2019-03-04T05:06:07Z");
  private static final Instant LOGGED_IN = Instant.parse("2020-03-04T05:06:07Z");
  private static final Password PASSWORD = Password.parse(TestUsers.PASSWORD);
  private static final Password NEW_PASSWORD = Password.parse("a brand new passphrase");

  private static ImportedUser.Builder whole(String email, String id, String externalId) {
    return row(email)
        .id(id)
        .externalId(externalId)
        .emailVerified(true)
        .displayName("Countess")
        .phone(Optional.of(PhoneNumber.parse("+442079460958")))
        .phoneVerified(true)
        .avatarUrl("https://example.com/ada.png")
        .status(UserStatus.SUSPENDED)
        .roles(Set.of(Role.CUSTOMER, Role.SELLER))
        .bio("Analyst")
        .dateOfBirth(Optional.of(LocalDate.of(1915, 12, 10)))
        .gender("female")
        .language("en")
        .currency("GBP")
        .timezone("Europe/London")
        .company("Analytical Engines")
        .website("https://example.com")
        .socialLinks(Map.of("a", "https://a.example.com"))
        .createdAt(CREATED)
        .updatedAt(UPDATED)
        .lastLoginAt(LOGGED_IN)
        .passwordHash(HASH)
        .address(UserImportsTest::home)
        .address(
            address -> home(address).label("Office").type(AddressType.BILLING).city("Manchester"))
        .preference(Preference.EMAIL_NEWSLETTER, true);
  }

  private static ImportedAddress.Builder home(ImportedAddress.Builder address) {
    return address
        .label("Home")
        .line1("1 High Street")
        .city("Leeds")
        .postalCode("LS1")
        .country("gb")
        .type(AddressType.BOTH)
        .createdAt(UPDATED);
  }

  @Test
  void import_keepsAllThatARowHas() {
    String id = "7d444840-9dc0-41d1-b245-5ffdce74fad2";

    var imported =
        assertImported(Outcome.CREATED, importOne(whole("whole@example.com", id, "crm-whole")));

    assertEquals(UserId.parse(id), imported);
    var user = get(imported);
    assertEquals(Email.parse("whole@example.com"), user.email());
    assertEquals(Optional.of(ExternalId.parse("crm-whole")), user.externalId());
    assertEquals("Countess Ada Lovelace", user.displayName() + " " + user.fullName());
    assertEquals(Optional.of(PhoneNumber.parse("+442079460958")), user.phone());
    assertTrue(user.emailVerified() && user.phoneVerified());
    assertEquals(UserStatus.SUSPENDED, user.status());
    assertEquals(Set.of(Role.CUSTOMER, Role.SELLER), user.roles());
    assertEquals(
        new UserProfile(
            "Analyst",
            Optional.of(LocalDate.of(1915, 12, 10)),
            "female",
            "en",
            "GBP",
            "Europe/London",
            "Analytical Engines",
            "https://example.com",
            Map.of("a", "https://a.example.com")),
        user.profile());
    assertEquals(new Audit(CREATED, UPDATED, "service:mover", "service:mover", 1), user.audit());
    assertEquals(Optional.of(LOGGED_IN), user.lastLoginAt());
    assertEquals(HASH, hashOf(imported));
    var addresses = core.addresses().list(CALL, imported, Optional.empty());
    assertEquals(List.of("Home", "Office"), addresses.stream().map(Address::label).toList());
    assertEquals(List.of(true, false), addresses.stream().map(Address::isDefaultBilling).toList());
    assertEquals("Ada Lovelace", addresses.get(0).fullName());
    assertEquals(UPDATED, addresses.get(0).audit().createdAt());
    assertTrue(core.preferences().get(CALL, imported).isOn(Preference.EMAIL_NEWSLETTER));
    assertEquals(
        List.of("user.imported service:mover", "user.roles_changed service:mover roles"),
        eventsOf(imported));
    assertEquals(List.of(), mailsTo("whole@example.com"));
  }

  @Test
  void import_ofARowWithAnEmailAlone_makesAUserWithTheDefaults() {
    var id =
        assertImported(
            Outcome.CREATED, importOne(ImportedUser.builder().email("Bare@Example.com")));

    var user = get(id);
    assertEquals("bare", user.displayName());
    assertEquals(UserStatus.PENDING_VERIFICATION, user.status());
    assertEquals(Set.of(Role.CUSTOMER), user.roles());
    assertEquals(testCore.clock().instant(), user.audit().createdAt());
    assertEquals("", hashOf(id));
  }

  @Test
  void import_ofAVerifiedUser_makesTheAccountActive() {
    var id =
        assertImported(Outcome.CREATED, importOne(row("verified@example.com").emailVerified(true)));

    assertEquals(UserStatus.ACTIVE, get(id).status());
  }

  @Test
  void importedUsers_areListedFoundAndSignIn() {
    var id =
        assertImported(
            Outcome.CREATED,
            importOne(row("signs.in@example.com").lastName("Quetzal").passwordHash(HASH)));

    var search = new UserSearch("quetzal", UserFilter.ALL, Optional.empty(), Optional.empty());
    assertEquals(
        List.of(get(id)), core.directory().search(CALL, search, PageRequest.FIRST).items());
    assertEquals(Optional.of(id), core.passwords().verify(CALL, "signs.in@example.com", PASSWORD));
    assertTrue(hashOf(id).startsWith("$bcrypt-sha256$"), "rewritten");
  }

  @Test
  void sameRowAgain_writesNothing() {
    Supplier<ImportedUser.Builder> same =
        () -> whole("same@example.com", "7d444840-9dc0-41d1-b245-5ffdce74fad3", "crm-same");
    var id = assertImported(Outcome.CREATED, importOne(same.get()));
    var before = rowsOf(id);

    assertImported(Outcome.UNCHANGED, importOne(same.get()));

    assertEquals(before, rowsOf(id));
  }

  @Test
  void sameRowAgain_keepsWhatWasChangedHere() {
    Supplier<ImportedUser.Builder> same =
        () -> row("kept@example.com").externalId("crm-kept").passwordHash(HASH);
    var id = assertImported(Outcome.CREATED, importOne(same.get()));
    core.passwords().change(CALL, id, PASSWORD, NEW_PASSWORD);
    users.update(CALL, id, UserPatch.builder().firstName("Augusta").build());

    assertImported(Outcome.UNCHANGED, importOne(same.get()));

    assertEquals("Augusta", get(id).firstName());
    assertEquals(Optional.of(id), core.passwords().verify(CALL, "kept@example.com", NEW_PASSWORD));
  }

  @Test
  void changedRow_writesWhatItHas() {
    var id =
        assertImported(
            Outcome.CREATED,
            importOne(row("changed@example.com").externalId("crm-changed").bio("Analyst")));

    var changed =
        importOne(
            ImportedUser.builder()
                .email("changed@example.com")
                .externalId("crm-changed")
                .lastName("Byron")
                .lastLoginAt(LOGGED_IN)
                .preference(Preference.EMAIL_NEWSLETTER, true)
                .address(UserImportsTest::home));

    assertEquals(id, assertImported(Outcome.UPDATED, changed));
    var user = get(id);
    assertEquals("Ada Byron", user.fullName());
    assertEquals("Analyst", user.profile().bio());
    assertEquals(2, user.audit().version());
    assertEquals(Optional.of(LOGGED_IN), user.lastLoginAt());
    assertEquals(1, core.addresses().list(CALL, id, Optional.empty()).size());
    assertEquals(
        List.of(
            "user.imported service:mover",
            "user.updated service:mover last_name",
            "user.imported service:mover last_name,addresses,preferences.email.newsletter,last_login_at"),
        eventsOf(id));
  }

  @Test
  void changedRow_thatSaysNothingNew_changesNothing() {
    var id = assertImported(Outcome.CREATED, importOne(row("news@example.com").bio("")));

    assertImported(Outcome.UNCHANGED, importOne(row("news@example.com")));

    assertEquals(1, get(id).audit().version());
    assertEquals(List.of("user.imported service:mover"), eventsOf(id));
  }

  @Test
  void earlierLogin_isKept() {
    var id =
        assertImported(
            Outcome.CREATED, importOne(row("logins@example.com").lastLoginAt(LOGGED_IN)));

    var earlier = row("logins@example.com").lastLoginAt(UPDATED);

    assertImported(Outcome.UNCHANGED, importOne(earlier));
    assertEquals(Optional.of(LOGGED_IN), get(id).lastLoginAt());
  }

  @Test
  void addressesOfARow_replaceOthersAndKeepTheirIds() {
    String id = "0190b6e2-7b1c-7a52-9d3e-000000000001";
    var user =
        assertImported(
            Outcome.CREATED,
            importOne(row("addresses@example.com").address(address -> home(address).id(id))));
    var before = core.addresses().list(CALL, user, Optional.empty());
    assertEquals(id, before.get(0).id().toString());

    var same =
        row("addresses@example.com").lastName("Byron").address(address -> home(address).id(id));
    assertImported(Outcome.UPDATED, importOne(same));
    var other = row("addresses@example.com").address(address -> home(address).city("York"));
    assertImported(Outcome.UPDATED, importOne(other.lastName("Byron")));

    var after = core.addresses().list(CALL, user, Optional.empty());
    assertEquals(List.of("York"), after.stream().map(one -> one.postalAddress().city()).toList());
    assertNotEquals(id, after.get(0).id().toString());
    assertEquals("user.imported service:mover addresses", eventsOf(user).get(3));
  }

  @Test
  void addressesOfAChangedRow_keepTheirIds_whateverTheOrderOfTheirTimesAndIds() {
    Supplier<ImportedUser.Builder> row =
        () ->
            row("order@example.com")
                .address(address -> home(address).city("York").createdAt(UPDATED))
                .address(address -> home(address).city("Leeds").createdAt(CREATED))
                .address(
                    address -> home(address).id("f190b6e2-7b1c-7a52-9d3e-000000000001").city("Ely"))
                .address(
                    address ->
                        home(address).id("0190b6e2-7b1c-7a52-9d3e-000000000002").city("Bath"));
    var user = assertImported(Outcome.CREATED, importOne(row.get()));
    var before = core.addresses().list(CALL, user, Optional.empty());

    assertImported(Outcome.UPDATED, importOne(row.get().lastName("Byron")));

    assertEquals(before, core.addresses().list(CALL, user, Optional.empty()));
    assertEquals("user.imported service:mover last_name", eventsOf(user).get(2));
  }

  @Test
  void keys_findUsersByIdThenExternalIdThenEmail() {
    var first =
        assertImported(Outcome.CREATED, importOne(row("k1@example.com").externalId("crm-k1")));
    var second =
        assertImported(Outcome.CREATED, importOne(row("k2@example.com").externalId("crm-k2")));

    var byId = row("k1.moved@example.com").id(first.toString());
    assertEquals(first, assertImported(Outcome.UPDATED, importOne(byId)));
    var byExternalId = row("k2.moved@example.com").externalId("crm-k2");
    assertEquals(second, assertImported(Outcome.UPDATED, importOne(byExternalId)));
    var byEmail = row("k2.moved@example.com").lastName("Byron");
    assertEquals(second, assertImported(Outcome.UPDATED, importOne(byEmail)));

    assertEquals("k1.moved@example.com", get(first).email().address());
    assertEquals(Optional.of(ExternalId.parse("crm-k1")), get(first).externalId());
  }

  @Test
  void keys_ofOtherUsers_areRefused() {
    importAll(
        row("c1@example.com").externalId("crm-c1"), row("c2@example.com").externalId("crm-c2"));

    var results =
        importAll(
            row("c1@example.com").externalId("crm-c2"),
            row("c1@example.com").externalId("crm-c3"),
            row("c1@example.com").id("7d444840-9dc0-41d1-b245-5ffdce74fad9"),
            row("c3@example.com").id("7d444840-9dc0-41d1-b245-5ffdce74fad9").externalId("crm-c1"));

    assertFailed(ErrorReason.EMAIL_TAKEN, "email", results.get(0));
    assertFailed(ErrorReason.EMAIL_TAKEN, "email", results.get(1));
    assertFailed(ErrorReason.EMAIL_TAKEN, "email", results.get(2));
    assertFailed(ErrorReason.EXTERNAL_ID_TAKEN, "external_id", results.get(3));
  }

  @Test
  void rowsOfOneUser_areWrittenInTheirOrder() {
    var results =
        importAll(
            row("twice@example.com").externalId("crm-twice"),
            row("between@example.com"),
            row("twice@example.com").lastName("Byron"),
            row("twice@example.com").lastName("King"));

    var id = assertImported(Outcome.CREATED, results.get(0));
    assertImported(Outcome.CREATED, results.get(1));
    assertEquals(id, assertImported(Outcome.UPDATED, results.get(2)));
    assertEquals(id, assertImported(Outcome.UPDATED, results.get(3)));
    assertEquals("King", get(id).lastName());
  }

  @Test
  void badRows_doNotStopTheOthers() {
    String addressId = "0190b6e2-7b1c-7a52-9d3e-000000000002";
    importAll(row("owner@example.com").address(address -> home(address).id(addressId)));

    var results =
        importAll(
            row("good1@example.com"),
            row("nobody"),
            row("hash@example.com").passwordHash("md5$abc"),
            row("costly@example.com")
                .passwordHash("$2b$31$lcFCruQHh1Z58RR16syoReSnVEsllTGNWySkCAgdJpq06RoUj/gcy"),
            row("future@example.com").createdAt(Instant.parse("2999-01-01T00:00:00Z")),
            row("address@example.com").address(address -> home(address).id(addressId)),
            row("default@example.com")
                .address(
                    address -> home(address).type(AddressType.BILLING).isDefaultShipping(true)),
            row("good2@example.com"));

    assertImported(Outcome.CREATED, results.get(0));
    assertFailed(ErrorReason.INVALID_REQUEST, "email", results.get(1));
    assertFailed(ErrorReason.INVALID_REQUEST, "password_hash", results.get(2));
    assertFailed(ErrorReason.INVALID_REQUEST, "password_hash", results.get(3));
    assertFailed(ErrorReason.INVALID_REQUEST, "created_at", results.get(4));
    assertFailed(ErrorReason.ADDRESS_ID_TAKEN, "addresses.id", results.get(5));
    assertEquals(
        ErrorReason.ADDRESS_TYPE_MISMATCH, results.get(6).failure().orElseThrow().reason());
    assertImported(Outcome.CREATED, results.get(7));
    assertEquals(
        0,
        database.query("select id from users where email = 'address@example.com'").size(),
        "a refused row leaves nothing");
  }

  @Test
  void dryRun_tellsTheResultsAndWritesNothing() {
    var known = assertImported(Outcome.CREATED, importOne(row("dry.known@example.com")));
    var before = rowsOf(known);

    var results =
        importAll(
            new ImportOptions(true, true),
            suppliers(
                Stream.of(
                    row("dry.new@example.com").password(TestUsers.PASSWORD),
                    row("dry.new.id@example.com").id("7d444840-9dc0-41d1-b245-5ffdce74fad7"),
                    row("dry.known@example.com").lastName("Byron"),
                    row("dry.known@example.com").roles(Set.of(Role.ADMIN)),
                    row("nobody"))));

    assertEquals(
        List.of(Outcome.CREATED, Outcome.CREATED, Outcome.UPDATED, Outcome.UPDATED, Outcome.FAILED),
        results.stream().map(result -> result.outcome()).toList());
    assertEquals(Optional.empty(), results.get(0).user());
    assertEquals(
        Optional.of(UserId.parse("7d444840-9dc0-41d1-b245-5ffdce74fad7")), results.get(1).user());
    assertEquals(before, rowsOf(known));
    assertEquals(0, database.query("select id from users where email like 'dry.new%'").size());
    assertEquals(List.of(), mailsTo("dry.new@example.com"));
  }

  @Test
  void otherInstances_seeTheChange() {
    var id = assertImported(Outcome.CREATED, importOne(row("seen@example.com")));
    try (var other = TestCore.on(database)) {
      other.core().catchUp();
      assertEquals("Lovelace", other.core().users().get(CALL, id).lastName());

      assertImported(Outcome.UPDATED, importOne(row("seen@example.com").lastName("Byron")));
      other.core().catchUp();

      assertEquals("Byron", other.core().users().get(CALL, id).lastName());

      var login = Instant.parse("2020-02-01T00:00:00Z");
      assertImported(
          Outcome.UPDATED, importOne(row("seen@example.com").lastName("Byron").lastLoginAt(login)));
      other.core().catchUp();

      assertEquals(Optional.of(login), other.core().users().get(CALL, id).lastLoginAt());
    }
  }

  @Test
  void concurrentImportsOfTheSameRows_createEachUserOnce() {
    var imports =
        IntStream.range(0, 4)
            .mapToObj(
                i -> {
                  var rows =
                      suppliers(
                          IntStream.range(0, 100)
                              .map(number -> i % 2 == 0 ? number : 99 - number)
                              .mapToObj(number -> row("race" + number + "@example.com")));
                  return core.userImports()
                      .importAsync(CALL, ImportOptions.DEFAULT, rows)
                      .toCompletableFuture();
                })
            .toList();

    var outcomes =
        imports.stream()
            .flatMap(results -> results.join().stream())
            .map(result -> result.outcome())
            .toList();

    assertEquals(100, Collections.frequency(outcomes, Outcome.CREATED), outcomes::toString);
    assertEquals(300, Collections.frequency(outcomes, Outcome.UNCHANGED), outcomes::toString);
  }

  @Test
  void tooManyRows_areRefused() {
    Supplier<ImportedUser> one = () -> row("many@example.com").build();
    var rows = Collections.nCopies(UserImports.MAX_ROWS + 1, one);

    assertThrows(
        IllegalArgumentException.class,
        () -> core.userImports().importAsync(CALL, ImportOptions.DEFAULT, rows));
  }

  @Test
  void counts_areThoseOfTheImportedUsers() {
    long before = core.directory().search(CALL, allCustomers(), PageRequest.FIRST).totalCount();

    importAll(
        IntStream.range(0, 50)
            .mapToObj(number -> row("count" + number + "@example.com"))
            .toArray(ImportedUser.Builder[]::new));

    long after = core.directory().search(CALL, allCustomers(), PageRequest.FIRST).totalCount();
    assertEquals(before + 50, after);
    testCore.clock().advance(Duration.ofSeconds(1));
  }

  private static UserSearch allCustomers() {
    return new UserSearch(
        "", new UserFilter(Set.of(), Set.of(Role.CUSTOMER)), Optional.empty(), Optional.empty());
  }
}
