package com.ecommerce.user.core.address;

import static com.ecommerce.user.core.address.AddressType.BOTH;
import static com.ecommerce.user.core.testing.TestAddresses.aDefault;
import static com.ecommerce.user.core.testing.TestAddresses.anAddress;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.testing.Races;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class AddressesRaceTest extends AddressesTesting {
  @Test
  void add_atTheSameTimeAtTheLimit_fillsTheLastPlacesOnly() {
    addMany(Addresses.MAX_PER_USER - 3);

    var adds = Races.run(times(12, i -> () -> addresses.add(CALL, ada, anAddress(BOTH))));

    assertEquals(9, adds.stream().flatMap(add -> reasonOf(add).stream()).count());
    assertEquals(
        Set.of(ErrorReason.ADDRESS_LIMIT_REACHED),
        Set.copyOf(adds.stream().flatMap(add -> reasonOf(add).stream()).toList()));
    assertEquals(Addresses.MAX_PER_USER, all().size());
  }

  @Test
  void add_atTheLimit_onADatabaseWithAnotherIsolation_fillsTheLastPlacesOnly() {
    addMany(Addresses.MAX_PER_USER - 1);
    var dataSource = new PGSimpleDataSource();
    dataSource.setUrl(database.jdbcUrl());
    dataSource.setOptions("-c default_transaction_isolation=repeatable\\ read");
    try (var core = UserCore.builder(dataSource).build()) {
      var adds = Races.run(times(8, i -> () -> core.addresses().add(CALL, ada, anAddress(BOTH))));

      assertEquals(1, adds.stream().filter(add -> reasonOf(add).isEmpty()).count());
      assertEquals(Addresses.MAX_PER_USER, all().size());
    }
  }

  @Test
  void add_firstOnesAtTheSameTime_makesExactlyOneTheDefault() {
    // The clock of the other tests stands still, and cannot tell which address is the first.
    try (var core = UserCore.builder(database.dataSource()).build()) {
      var adds = Races.run(times(8, i -> () -> core.addresses().add(CALL, ada, anAddress(BOTH))));

      assertTrue(adds.stream().noneMatch(CompletableFuture::isCompletedExceptionally));
      assertOneDefaultOfEachKind();
      assertTrue(all().get(0).isDefaultShipping());
    }
  }

  @Test
  void setDefault_atTheSameTime_leavesExactlyOne() {
    var ids = addMany(6);

    var changes =
        Races.run(times(24, i -> () -> addresses.setDefault(CALL, ada, ids.get(i % 6), BOTH)));

    assertTrue(changes.stream().noneMatch(CompletableFuture::isCompletedExceptionally));
    assertOneDefaultOfEachKind();
    assertEveryVersionHasItsEvent();
  }

  @Test
  void update_atTheSameTime_losesNoUpdate() {
    var id = addMany(1).get(0);

    var updates =
        Races.run(
            times(
                12,
                i -> {
                  var patch = AddressPatch.builder().label("writer " + i).build();
                  return () -> addresses.update(CALL, ada, id, patch);
                }));

    assertTrue(updates.stream().noneMatch(CompletableFuture::isCompletedExceptionally));
    assertEquals(13, all().get(0).audit().version());
    assertEveryVersionHasItsEvent();
  }

  @Test
  void update_atTheSameTimeFromOneVersion_letsExactlyOneThrough() {
    var id = addMany(1).get(0);

    var updates =
        Races.run(
            times(
                8,
                i -> {
                  var patch =
                      AddressPatch.builder().label("writer " + i).expectedVersion(1).build();
                  return () -> addresses.update(CALL, ada, id, patch);
                }));

    assertEquals(1, updates.stream().filter(update -> reasonOf(update).isEmpty()).count());
    assertEquals(2, all().get(0).audit().version());
  }

  @Test
  void everythingAtTheSameTime_neitherDeadlocksNorBreaksTheDefaults() {
    var ids = addMany(6);
    var work = new ArrayList<Supplier<Object>>();
    for (AddressId id : ids) {
      work.add(() -> addresses.setDefault(CALL, ada, id, BOTH));
      work.add(() -> addresses.add(CALL, ada, aDefault(BOTH)));
      work.add(() -> users.update(CALL, ada, UserPatch.builder().firstName(id + "").build()));
    }
    for (AddressId id : ids.subList(0, 3)) {
      work.add(
          () -> {
            addresses.delete(CALL, ada, id);
            return id;
          });
    }

    var outcomes = Races.run(work);

    outcomes.forEach(
        outcome ->
            assertTrue(
                Set.of(ErrorReason.ADDRESS_NOT_FOUND)
                    .containsAll(reasonOf(outcome).stream().toList())));
    assertEquals(9, all().size());
    assertOneDefaultOfEachKind();
    assertEveryVersionHasItsEvent();
  }

  @Test
  void deletingTheUserMeanwhile_leavesNothing() {
    addMany(3);
    var work = new ArrayList<Supplier<Object>>();
    work.addAll(times(8, i -> () -> addresses.add(CALL, ada, aDefault(BOTH))));
    work.add(
        () -> {
          users.delete(CALL, ada, "");
          return ada;
        });

    var outcomes = Races.run(work);

    outcomes.forEach(
        outcome ->
            assertTrue(
                Set.of(ErrorReason.USER_NOT_FOUND)
                    .containsAll(reasonOf(outcome).stream().toList())));
    assertEquals(
        0, database.query("select 1 from addresses where user_id = ?", ada.value()).size());
  }

  private List<AddressId> addMany(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> addresses.add(CALL, ada, anAddress(BOTH)).id())
        .toList();
  }

  private void assertOneDefaultOfEachKind() {
    assertEquals(1, all().stream().filter(Address::isDefaultShipping).count());
    assertEquals(1, all().stream().filter(Address::isDefaultBilling).count());
  }

  /** Checks the addresses that still exist. */
  private void assertEveryVersionHasItsEvent() {
    for (Address address : all()) {
      var events = database.query("select 1 from events where object_id = ?", address.id().value());
      assertEquals(address.audit().version(), events.size());
    }
  }

  private static <T> List<Supplier<T>> times(int count, IntFunction<Supplier<T>> work) {
    return IntStream.range(0, count).mapToObj(work).toList();
  }

  /** Returns the reason of the failure; empty for a success. */
  private static Optional<ErrorReason> reasonOf(CompletableFuture<?> outcome) {
    try {
      outcome.join();
      return Optional.empty();
    } catch (CompletionException failed) {
      return Optional.of(assertInstanceOf(UserServiceException.class, failed.getCause()).reason());
    }
  }
}
