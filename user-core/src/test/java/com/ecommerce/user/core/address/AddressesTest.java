package com.ecommerce.user.core.address;

import static com.ecommerce.user.core.address.AddressType.BILLING;
import static com.ecommerce.user.core.address.AddressType.BOTH;
import static com.ecommerce.user.core.address.AddressType.SHIPPING;
import static com.ecommerce.user.core.testing.TestAddresses.BAKER_STREET;
import static com.ecommerce.user.core.testing.TestAddresses.aDefault;
import static com.ecommerce.user.core.testing.TestAddresses.anAddress;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.call.Actor;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AddressesTest {
  private static final Call CALL = Call.by(new Actor("tester"));

  private TestDatabase database;
  private TestCore testCore;
  private Users users;
  private Addresses addresses;
  private UserId ada;

  @BeforeAll
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    testCore = TestCore.on(database);
    users = testCore.core().users();
    addresses = testCore.core().addresses();
  }

  @AfterAll
  void stop() {
    testCore.close();
  }

  @BeforeEach
  void createAda() {
    ada = newUser("Ada", "Lovelace").id();
  }

  @Test
  void add_returnsTheAddressThatListShows() {
    var phone = PhoneNumber.parse("+442079460958");
    var asked =
        new NewAddress(
            "Work",
            "A. Lovelace",
            Optional.of(phone),
            BAKER_STREET,
            SHIPPING,
            false,
            false,
            "Ring twice");

    Address added = addresses.add(CALL, ada, asked);

    assertEquals(List.of(added), all());
    assertEquals(7, added.id().value().version());
    assertEquals(ada, added.userId());
    assertEquals("Work", added.label());
    assertEquals("A. Lovelace", added.fullName());
    assertEquals(Optional.of(phone), added.phone());
    assertEquals(BAKER_STREET, added.postalAddress());
    assertEquals(SHIPPING, added.type());
    assertEquals("Ring twice", added.deliveryInstructions());
    assertEquals(1, added.audit().version());
    assertEquals("tester", added.audit().createdBy());
    assertEquals(testCore.clock().instant(), added.audit().createdAt());
    assertEquals(List.of("address.added " + added.id()), events());
  }

  @Test
  void add_withoutFullName_takesTheUsersName() {
    assertEquals("Ada Lovelace", addresses.add(CALL, ada, anAddress(BOTH)).fullName());
  }

  @Test
  void add_withoutFullName_takesTheDisplayNameOfAUserWithoutNames() {
    User nameless = newUser("", "");

    assertEquals(
        nameless.displayName(), addresses.add(CALL, nameless.id(), anAddress(BOTH)).fullName());
  }

  @Test
  void add_withoutFullName_cutsANameThatIsTooLongByCodePoints() {
    User longName = newUser("\uD83D\uDE00".repeat(150), "b".repeat(150));

    String fullName = addresses.add(CALL, longName.id(), anAddress(BOTH)).fullName();

    assertEquals("\uD83D\uDE00".repeat(150) + " " + "b".repeat(49), fullName);
  }

  @Test
  void add_firstOfAKind_becomesItsDefault() {
    var shipping = addresses.add(CALL, ada, anAddress(SHIPPING));
    var both = addresses.add(CALL, ada, anAddress(BOTH));
    var billing = addresses.add(CALL, ada, anAddress(BILLING));

    assertTrue(shipping.isDefaultShipping());
    assertFalse(shipping.isDefaultBilling());
    assertFalse(both.isDefaultShipping());
    assertTrue(both.isDefaultBilling());
    assertFalse(billing.isDefaultBilling());
    assertEquals(1, current(shipping).audit().version());
  }

  @Test
  void add_asDefault_movesTheDefault() {
    var first = addresses.add(CALL, ada, anAddress(BOTH));
    testCore.clock().advance(Duration.ofSeconds(1));

    var second = addresses.add(CALL, ada, aDefault(BOTH, true, false));

    assertTrue(second.isDefaultShipping());
    assertFalse(second.isDefaultBilling());
    assertFalse(current(first).isDefaultShipping());
    assertTrue(current(first).isDefaultBilling());
    assertEquals(2, current(first).audit().version());
    assertEquals(testCore.clock().instant(), current(first).audit().updatedAt());
    assertEquals(1, second.audit().version());
    assertEquals(
        List.of(
            "address.added " + first.id(),
            "address.default_changed " + first.id() + " is_default_shipping",
            "address.added " + second.id()),
        events());
  }

  @ParameterizedTest
  @CsvSource({"SHIPPING,true,true", "SHIPPING,false,true", "BILLING,true,false"})
  void add_asDefaultOfAKindThatItIsNot_isRefused(
      AddressType type, boolean shipping, boolean billing) {
    var asked = aDefault(type, shipping, billing);

    assertFails(ErrorReason.ADDRESS_TYPE_MISMATCH, () -> addresses.add(CALL, ada, asked));

    assertEquals(List.of(), all());
    assertEquals(List.of(), events());
  }

  @Test
  void add_oneMoreThanTheLimit_isRefused() {
    for (int i = 0; i < Addresses.MAX_PER_USER; i++) {
      addresses.add(CALL, ada, anAddress(BOTH));
    }

    assertFails(ErrorReason.ADDRESS_LIMIT_REACHED, () -> addresses.add(CALL, ada, anAddress(BOTH)));

    assertEquals(50, all().size());
    addresses.delete(CALL, ada, all().get(7).id());
    addresses.add(CALL, ada, anAddress(BOTH));
  }

  @Test
  void update_setsOnlyWhatThePatchNames() {
    var added = addresses.add(CALL, ada, anAddress(SHIPPING));
    testCore.clock().advance(Duration.ofSeconds(1));
    var patch =
        AddressPatch.builder()
            .label("Attic")
            .phone(Optional.of(PhoneNumber.parse("+442079460958")))
            .postalAddress(
                PostalAddressPatch.builder()
                    .line2("Top floor")
                    .country(CountryCode.parse("ie"))
                    .build())
            .expectedVersion(1)
            .build();

    var updated = addresses.update(CALL, ada, added.id(), patch);

    assertEquals(updated, current(added));
    assertEquals("Attic", updated.label());
    assertEquals("221B Baker Street", updated.postalAddress().line1());
    assertEquals("Top floor", updated.postalAddress().line2());
    assertEquals("IE", updated.postalAddress().country().code());
    assertTrue(updated.isDefaultShipping());
    assertEquals(2, updated.audit().version());
    assertTrue(updated.audit().updatedAt().isAfter(updated.audit().createdAt()));
    assertEquals(
        "address.updated " + added.id() + " label,phone,address.line2,address.country_code",
        lastEvent());
  }

  @Test
  void update_thatChangesNothing_keepsVersionsAndLogsNothing() {
    var added = addresses.add(CALL, ada, anAddress(BOTH));
    var patch =
        AddressPatch.builder()
            .label(added.label())
            .fullName(added.fullName())
            .phone(added.phone())
            .postalAddress(PostalAddressPatch.of(added.postalAddress()))
            .type(added.type())
            .isDefaultShipping(true)
            .isDefaultBilling(true)
            .deliveryInstructions(added.deliveryInstructions())
            .build();

    assertEquals(added, addresses.update(CALL, ada, added.id(), patch));

    assertEquals(List.of("address.added " + added.id()), events());
  }

  @Test
  void update_withAnotherVersion_isAborted() {
    var added = addresses.add(CALL, ada, anAddress(BOTH));
    var patch = AddressPatch.builder().label("B").expectedVersion(1).build();
    addresses.update(CALL, ada, added.id(), patch);

    var failure = failureOf(() -> addresses.update(CALL, ada, added.id(), patch));

    assertEquals(ErrorReason.VERSION_MISMATCH, failure.reason());
    assertEquals("2", failure.metadata().get("current_version"));
    assertEquals(2, current(added).audit().version());
  }

  @Test
  void update_emptyFullName_isTheUsersName() {
    var added = addresses.add(CALL, ada, anAddress(BOTH, "Mary Shelley"));
    users.update(CALL, ada, UserPatch.builder().firstName("Augusta").build());

    var updated =
        addresses.update(CALL, ada, added.id(), AddressPatch.builder().fullName("").build());

    assertEquals("Mary Shelley", added.fullName());
    assertEquals("Augusta Lovelace", updated.fullName());
  }

  @Test
  void update_defaultToTrue_movesItHere() {
    var first = addresses.add(CALL, ada, anAddress(BOTH));
    var second = addresses.add(CALL, ada, anAddress(BOTH));

    var updated =
        addresses.update(
            CALL, ada, second.id(), AddressPatch.builder().isDefaultBilling(true).build());

    assertTrue(updated.isDefaultBilling());
    assertFalse(updated.isDefaultShipping());
    assertFalse(current(first).isDefaultBilling());
    assertEquals(2, updated.audit().version());
    assertEquals(2, current(first).audit().version());
  }

  @Test
  void update_defaultToFalse_leavesTheKindWithoutDefault() {
    var first = addresses.add(CALL, ada, anAddress(SHIPPING));
    addresses.add(CALL, ada, anAddress(SHIPPING));

    var updated =
        addresses.update(
            CALL, ada, first.id(), AddressPatch.builder().isDefaultShipping(false).build());
    addresses.add(CALL, ada, anAddress(SHIPPING));

    assertFalse(updated.isDefaultShipping());
    assertEquals(List.of(), all().stream().filter(Address::isDefaultShipping).toList());
  }

  @Test
  void update_defaultOfAKindThatItIsNot_isRefusedAndChangesNothing() {
    var billing = addresses.add(CALL, ada, anAddress(BILLING));
    var patch = AddressPatch.builder().label("Changed").isDefaultShipping(true).build();

    assertFails(
        ErrorReason.ADDRESS_TYPE_MISMATCH, () -> addresses.update(CALL, ada, billing.id(), patch));

    assertEquals(billing, current(billing));
  }

  @Test
  void update_toATypeThatCoversTheDefaultNoMore_passesItToTheNewestOther() {
    var first = addresses.add(CALL, ada, anAddress(BOTH));
    var older = addresses.add(CALL, ada, anAddress(SHIPPING));
    testCore.clock().advance(Duration.ofSeconds(1));
    var newest = addresses.add(CALL, ada, anAddress(SHIPPING));
    addresses.add(CALL, ada, anAddress(BILLING));

    var updated =
        addresses.update(CALL, ada, first.id(), AddressPatch.builder().type(BILLING).build());

    assertFalse(updated.isDefaultShipping());
    assertTrue(updated.isDefaultBilling());
    assertTrue(current(newest).isDefaultShipping());
    assertEquals(2, current(newest).audit().version());
    assertEquals(older, current(older));
  }

  @Test
  void update_toATypeOfWhichItIsTheFirst_makesItTheDefault() {
    var first = addresses.add(CALL, ada, anAddress(SHIPPING));

    var updated =
        addresses.update(CALL, ada, first.id(), AddressPatch.builder().type(BOTH).build());

    assertTrue(updated.isDefaultShipping());
    assertTrue(updated.isDefaultBilling());
  }

  @Test
  void update_toATypeOfWhichItIsTheFirst_butNotAsDefault_hasItsWay() {
    var first = addresses.add(CALL, ada, anAddress(SHIPPING));
    var patch = AddressPatch.builder().type(BOTH).isDefaultBilling(false).build();

    assertFalse(addresses.update(CALL, ada, first.id(), patch).isDefaultBilling());
  }

  @Test
  void update_thatSwapsTheDefaultsOfTwoAddresses_works() {
    var a = addresses.add(CALL, ada, aDefault(BOTH, false, true));
    var b = addresses.add(CALL, ada, aDefault(BOTH, true, false));
    var patch = AddressPatch.builder().type(SHIPPING).isDefaultShipping(true).build();

    addresses.update(CALL, ada, a.id(), patch);

    assertTrue(current(a).isDefaultShipping());
    assertFalse(current(a).isDefaultBilling());
    assertFalse(current(b).isDefaultShipping());
    assertTrue(current(b).isDefaultBilling());
  }

  @Test
  void delete_default_passesItToTheNewestOtherOfTheKind() {
    var first = addresses.add(CALL, ada, anAddress(BOTH));
    addresses.add(CALL, ada, anAddress(SHIPPING));
    var newestShipping = addresses.add(CALL, ada, anAddress(SHIPPING));
    var newestBilling = addresses.add(CALL, ada, anAddress(BILLING));

    addresses.delete(CALL, ada, first.id());

    assertTrue(current(newestShipping).isDefaultShipping());
    assertTrue(current(newestBilling).isDefaultBilling());
    assertEquals(3, all().size());
    assertEquals(2, current(newestBilling).audit().version());
    assertEquals(
        List.of(
            "address.deleted " + first.id(),
            "address.default_changed " + newestShipping.id() + " is_default_shipping",
            "address.default_changed " + newestBilling.id() + " is_default_billing"),
        events().subList(4, 7));
  }

  @Test
  void delete_lastOne_leavesNone() {
    var only = addresses.add(CALL, ada, anAddress(BOTH));

    addresses.delete(CALL, ada, only.id());

    assertEquals(List.of(), all());
    assertFails(ErrorReason.ADDRESS_NOT_FOUND, () -> addresses.delete(CALL, ada, only.id()));
  }

  @Test
  void setDefault_movesOneDefaultOrBoth() {
    var first = addresses.add(CALL, ada, anAddress(BOTH));
    var second = addresses.add(CALL, ada, anAddress(BOTH));

    var shipping = addresses.setDefault(CALL, ada, second.id(), SHIPPING);
    var both = addresses.setDefault(CALL, ada, second.id(), BOTH);
    var again = addresses.setDefault(CALL, ada, second.id(), BOTH);

    assertTrue(shipping.isDefaultShipping());
    assertFalse(shipping.isDefaultBilling());
    assertTrue(both.isDefaultShipping());
    assertTrue(both.isDefaultBilling());
    assertEquals(both, again);
    assertEquals(3, again.audit().version());
    assertEquals(3, current(first).audit().version());
    assertEquals(6, events().size());
    assertTrue(lastEvent().startsWith("address.default_changed "));
  }

  @ParameterizedTest
  @CsvSource({"SHIPPING,BILLING", "SHIPPING,BOTH", "BILLING,SHIPPING", "BILLING,BOTH"})
  void setDefault_ofAKindThatItIsNot_isRefusedAndChangesNothing(
      AddressType type, AddressType asked) {
    addresses.add(CALL, ada, anAddress(BOTH));
    var other = addresses.add(CALL, ada, anAddress(type));
    var before = all();

    assertFails(
        ErrorReason.ADDRESS_TYPE_MISMATCH,
        () -> addresses.setDefault(CALL, ada, other.id(), asked));

    assertEquals(before, all());
  }

  @Test
  void list_showsTheOldestFirstAndThoseThatCoverTheType() {
    var billing = addresses.add(CALL, ada, anAddress(BILLING));
    var both = addresses.add(CALL, ada, anAddress(BOTH));
    var shipping = addresses.add(CALL, ada, anAddress(SHIPPING));

    assertEquals(List.of(billing.id(), both.id(), shipping.id()), idsOf(Optional.empty()));
    assertEquals(List.of(both.id(), shipping.id()), idsOf(Optional.of(SHIPPING)));
    assertEquals(List.of(billing.id(), both.id()), idsOf(Optional.of(BILLING)));
    assertEquals(List.of(both.id()), idsOf(Optional.of(BOTH)));
  }

  @Test
  void addressOfAnotherUser_isNotFound() {
    UserId eve = newUser("Eve", "").id();
    var foreign = addresses.add(CALL, ada, anAddress(BOTH)).id();
    var patch = AddressPatch.builder().label("Mine").build();

    var failure = failureOf(() -> addresses.update(CALL, eve, foreign, patch));
    assertEquals(ErrorReason.ADDRESS_NOT_FOUND, failure.reason());
    assertEquals("address", failure.resource().orElseThrow().type());
    assertEquals(foreign.toString(), failure.resource().orElseThrow().name());
    assertFails(ErrorReason.ADDRESS_NOT_FOUND, () -> addresses.delete(CALL, eve, foreign));
    assertFails(
        ErrorReason.ADDRESS_NOT_FOUND, () -> addresses.setDefault(CALL, eve, foreign, BOTH));
    assertEquals(List.of(), addresses.list(CALL, eve, Optional.empty()));
  }

  @Test
  void unknownUser_isNotFoundByEveryMethod() {
    var nobody = new UserId(UUID.randomUUID());
    var id = addresses.add(CALL, ada, anAddress(BOTH)).id();
    var patch = AddressPatch.builder().label("Mine").build();

    List.<Executable>of(
            () -> addresses.add(CALL, nobody, anAddress(BOTH)),
            () -> addresses.update(CALL, nobody, id, patch),
            () -> addresses.delete(CALL, nobody, id),
            () -> addresses.list(CALL, nobody, Optional.empty()),
            () -> addresses.setDefault(CALL, nobody, id, BOTH))
        .forEach(call -> assertFails(ErrorReason.USER_NOT_FOUND, call));
  }

  @Test
  void deletedUser_leavesNoAddressAndNothingPersonalInTheEvents() {
    var address = addresses.add(CALL, ada, anAddress(BOTH));
    addresses.update(CALL, ada, address.id(), AddressPatch.builder().label("Lair").build());

    users.delete(CALL, ada, "");

    assertEquals(
        0, database.query("select 1 from addresses where user_id = ?", ada.value()).size());
    var rows =
        database.query("select e::text as line from events e where user_id = ?", ada.value());
    assertEquals(4, rows.size());
    for (String personal : List.of("Ada", "Lovelace", "Baker", "London", "NW1", "Lair")) {
      assertTrue(rows.stream().noneMatch(row -> row.get("line").toString().contains(personal)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "update addresses set is_default_shipping = true where id = ?, addresses_default_shipping_key",
    "update addresses set is_default_billing = true where id = ?, addresses_default_billing_key",
    "update addresses set type = 'BILLING' where is_default_shipping and id <> ?, addresses_default_shipping_check",
    "update addresses set type = 'SHIPPING' where is_default_billing and id <> ?, addresses_default_billing_check"
  })
  void database_refusesDefaultsThatCannotBe(String sql, String constraint) {
    addresses.add(CALL, ada, anAddress(BOTH));
    var second = addresses.add(CALL, ada, anAddress(BOTH));

    var failure =
        assertThrows(RuntimeException.class, () -> database.execute(sql, second.id().value()));

    assertTrue(failure.getMessage().contains(constraint), failure.getMessage());
  }

  private User newUser(String firstName, String lastName) {
    String email = UUID.randomUUID() + "@example.com";
    return users.create(CALL, TestUsers.aUser(email, firstName, lastName));
  }

  private List<Address> all() {
    return addresses.list(CALL, ada, Optional.empty());
  }

  private List<AddressId> idsOf(Optional<AddressType> type) {
    return addresses.list(CALL, ada, type).stream().map(Address::id).toList();
  }

  private Address current(Address address) {
    return all().stream().filter(each -> each.id().equals(address.id())).findFirst().orElseThrow();
  }

  @Test
  void events_happenWhenTheAddressChanges() {
    try (var core = UserCore.builder(database.dataSource()).clock(new RestlessClock()).build()) {
      var book = core.addresses();
      var first = book.add(CALL, ada, anAddress(BOTH)).id();
      assertLastEventsTellTheTimesOf(1);
      var second = book.add(CALL, ada, aDefault(BOTH)).id();
      assertLastEventsTellTheTimesOf(2);
      book.update(CALL, ada, first, AddressPatch.builder().label("Home").build());
      book.setDefault(CALL, ada, first, SHIPPING);
      assertLastEventsTellTheTimesOf(2);
      book.delete(CALL, ada, second);
      assertLastEventsTellTheTimesOf(1);
    }
  }

  private void assertLastEventsTellTheTimesOf(int count) {
    var agreeing =
        database.query(
            """
            select id from addresses where user_id = ?
              and updated_at = (select max(occurred_at) from events where object_id = addresses.id)
            """,
            ada.value());
    assertEquals(count, agreeing.size());
  }

  /** Never tells the same time twice. */
  private static final class RestlessClock extends Clock {
    private final MutableClock clock = MutableClock.atNoon();

    @Override
    public Instant instant() {
      clock.advance(Duration.ofSeconds(1));
      return clock.instant();
    }

    @Override
    public ZoneId getZone() {
      return clock.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /** Type, address and changed fields of the events since the user was created. */
  private List<String> events() {
    return database
        .query(
            """
            select concat_ws(' ', type, object_id, nullif(array_to_string(fields, ','), '')) as line
            from events where user_id = ? and type like 'address.%' order by id
            """,
            ada.value())
        .stream()
        .map(row -> row.get("line").toString())
        .toList();
  }

  private String lastEvent() {
    var events = events();
    return events.get(events.size() - 1);
  }

  private static void assertFails(ErrorReason reason, Executable call) {
    assertEquals(reason, failureOf(call).reason());
  }

  private static UserServiceException failureOf(Executable call) {
    return assertThrows(UserServiceException.class, call);
  }
}
