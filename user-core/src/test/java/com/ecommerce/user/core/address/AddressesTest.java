package com.ecommerce.user.core.address;

import static com.ecommerce.user.core.address.AddressType.BILLING;
import static com.ecommerce.user.core.address.AddressType.BOTH;
import static com.ecommerce.user.core.address.AddressType.SHIPPING;
import static com.ecommerce.user.core.testing.TestAddresses.BAKER_STREET;
import static com.ecommerce.user.core.testing.TestAddresses.aDefault;
import static com.ecommerce.user.core.testing.TestAddresses.anAddress;
import static com.ecommerce.user.core.testing.TestAddresses.inBakerStreet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Tests adding, changing, listing and deleting addresses. */
class AddressesTest extends AddressesTesting {
  @Test
  void add_returnsTheAddressThatListShows() {
    var phone = PhoneNumber.parse("+442079460958");
    var asked =
        inBakerStreet(SHIPPING)
            .label("Work")
            .fullName("A. Lovelace")
            .phone(phone)
            .deliveryInstructions("Ring twice")
            .build();

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
            .postalAddress(place -> place.line2("Top floor").country("ie"))
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
            .postalAddress(
                place ->
                    place
                        .line1(added.postalAddress().line1())
                        .line2(added.postalAddress().line2())
                        .city(added.postalAddress().city())
                        .state(added.postalAddress().state())
                        .postalCode(added.postalAddress().postalCode())
                        .country(added.postalAddress().country().code()))
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
  void delete_lastOne_leavesNone() {
    var only = addresses.add(CALL, ada, anAddress(BOTH));

    addresses.delete(CALL, ada, only.id());

    assertEquals(List.of(), all());
    assertFails(ErrorReason.ADDRESS_NOT_FOUND, () -> addresses.delete(CALL, ada, only.id()));
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

  private List<AddressId> idsOf(Optional<AddressType> type) {
    return addresses.list(CALL, ada, type).stream().map(Address::id).toList();
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

  /** A clock that never returns the same time twice. */
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
}
