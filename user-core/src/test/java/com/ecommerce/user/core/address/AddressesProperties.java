package com.ecommerce.user.core.address;

import static com.ecommerce.user.core.address.AddressType.BILLING;
import static com.ecommerce.user.core.address.AddressType.SHIPPING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.TestAddresses;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestPostgres;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Compares random histories of one user's addresses with a model of the defaults. */
class AddressesProperties {
  private static final RequestContext CALL = RequestContext.system();
  private static final int MAX_STEPS = 20;

  private static TestDatabase database;
  private static TestCore testCore;

  @BeforeContainer
  static void start() {
    database = TestPostgres.shared().newDatabase();
    testCore = TestCore.on(database);
  }

  @AfterContainer
  static void stop() {
    testCore.close();
  }

  @Property(tries = 60)
  void defaults_areThoseOfTheModelAfterEachStep(@ForAll("histories") List<Step> history) {
    var run = new Run();

    history.forEach(step -> step.take(run));

    run.assertAsManyEventsAsChanges();
  }

  @Provide
  Arbitrary<List<Step>> histories() {
    var types = Arbitraries.of(AddressType.class);
    var defaultChoices = Arbitraries.of(true, false).optional(0.5);
    var flags = Arbitraries.of(false, false, true);
    var places = Arbitraries.integers().between(0, MAX_STEPS);
    Arbitrary<Step> adds = Combinators.combine(types, flags, flags).as(Add::new);
    Arbitrary<Step> updates =
        Combinators.combine(places, types.optional(0.6), defaultChoices, defaultChoices)
            .as(Update::new);
    Arbitrary<Step> deletes = places.map(Delete::new);
    Arbitrary<Step> setDefaults = Combinators.combine(places, types).as(SetDefault::new);
    return Arbitraries.frequencyOf(
            Tuple.of(3, adds), Tuple.of(3, updates), Tuple.of(1, deletes), Tuple.of(1, setDefaults))
        .list()
        .ofMaxSize(MAX_STEPS);
  }

  /** One call. A place is a position in the list; the one after the last is not an address. */
  private interface Step {
    void take(Run run);
  }

  private record Add(AddressType type, boolean shipping, boolean billing) implements Step {
    @Override
    public void take(Run run) {
      run.call(
          () -> run.addresses.add(CALL, run.user, TestAddresses.aDefault(type, shipping, billing)),
          () -> run.model.add(type, shipping, billing));
    }
  }

  private record Update(
      int place, Optional<AddressType> type, Optional<Boolean> shipping, Optional<Boolean> billing)
      implements Step {
    @Override
    public void take(Run run) {
      var patch = AddressPatch.builder();
      type.ifPresent(patch::type);
      shipping.ifPresent(patch::isDefaultShipping);
      billing.ifPresent(patch::isDefaultBilling);
      int index = run.index(place);
      run.call(
          () -> run.addresses.update(CALL, run.user, run.id(index), patch.build()),
          () -> run.model.update(index, type, Map.of(SHIPPING, shipping, BILLING, billing)));
    }
  }

  private record Delete(int place) implements Step {
    @Override
    public void take(Run run) {
      int index = run.index(place);
      run.call(
          () -> {
            run.addresses.delete(CALL, run.user, run.id(index));
            return null;
          },
          () -> run.model.delete(index));
    }
  }

  private record SetDefault(int place, AddressType type) implements Step {
    @Override
    public void take(Run run) {
      int index = run.index(place);
      run.call(
          () -> run.addresses.setDefault(CALL, run.user, run.id(index), type),
          () -> run.model.setDefault(index, type));
    }
  }

  /** The history of one user. */
  private static final class Run {
    final Addresses addresses = testCore.core().addresses();
    final DefaultsModel model = new DefaultsModel();
    final UserId user;
    private List<Address> current = List.of();
    private int changes;

    Run() {
      String email = UUID.randomUUID() + "@example.com";
      user = testCore.core().users().create(CALL, TestUsers.aUser(email)).id();
    }

    int index(int place) {
      return place % (current.size() + 1);
    }

    AddressId id(int index) {
      return index < current.size() ? current.get(index).id() : new AddressId(UUID.randomUUID());
    }

    void call(Supplier<Address> service, Supplier<Optional<ErrorReason>> prediction) {
      Optional<ErrorReason> failure = Optional.empty();
      Address answer = null;
      try {
        answer = service.get();
      } catch (UserServiceException failed) {
        failure = Optional.of(failed.reason());
      }
      assertEquals(prediction.get(), failure);
      var before = current;
      current = addresses.list(CALL, user, Optional.empty());
      assertEquals(model.rows(), current.stream().map(Run::row).toList());
      if (answer != null) {
        assertTrue(current.contains(answer));
      }
      countChanges(before);
    }

    /** Checks that a version increases by 1 if and only if something of the address changes. */
    private void countChanges(List<Address> before) {
      Map<AddressId, Address> old =
          before.stream().collect(Collectors.toMap(Address::id, Function.identity()));
      for (Address address : current) {
        var was = Optional.ofNullable(old.remove(address.id()));
        long oldVersion = was.map(each -> each.audit().version()).orElse(0L);
        boolean changed = was.map(each -> !row(each).equals(row(address))).orElse(true);
        assertEquals(oldVersion + (changed ? 1 : 0), address.audit().version());
        changes += changed ? 1 : 0;
      }
      changes += old.size();
    }

    void assertAsManyEventsAsChanges() {
      var events =
          database.query(
              "select 1 from events where user_id = ? and object_id is not null", user.value());
      assertEquals(changes, events.size());
    }

    private static DefaultsModel.Row row(Address address) {
      return new DefaultsModel.Row(
          address.type(), address.isDefaultShipping(), address.isDefaultBilling());
    }
  }

  /**
   * A model of the defaults: the ages of the addresses, and for each kind the age of its default.
   */
  private static final class DefaultsModel {
    private static final List<AddressType> KINDS = List.of(SHIPPING, BILLING);

    private final List<Entry> entries = new ArrayList<>();
    private final Map<AddressType, Entry> defaults = new EnumMap<>(AddressType.class);

    record Row(AddressType type, boolean isDefaultShipping, boolean isDefaultBilling) {}

    private static final class Entry {
      AddressType type;

      Entry(AddressType type) {
        this.type = type;
      }

      boolean isOf(AddressType kind) {
        return type == kind || type == AddressType.BOTH;
      }
    }

    List<Row> rows() {
      return entries.stream()
          .map(
              entry ->
                  new Row(
                      entry.type, defaults.get(SHIPPING) == entry, defaults.get(BILLING) == entry))
          .toList();
    }

    Optional<ErrorReason> add(AddressType type, boolean shipping, boolean billing) {
      var entry = new Entry(type);
      if ((shipping && !entry.isOf(SHIPPING)) || (billing && !entry.isOf(BILLING))) {
        return Optional.of(ErrorReason.ADDRESS_TYPE_MISMATCH);
      }
      for (AddressType kind : KINDS) {
        boolean wanted = kind == SHIPPING ? shipping : billing;
        boolean first = entry.isOf(kind) && entries.stream().noneMatch(each -> each.isOf(kind));
        if (wanted || first) {
          defaults.put(kind, entry);
        }
      }
      entries.add(entry);
      return Optional.empty();
    }

    Optional<ErrorReason> update(
        int index,
        Optional<AddressType> newType,
        Map<AddressType, Optional<Boolean>> defaultChoices) {
      if (index == entries.size()) {
        return Optional.of(ErrorReason.ADDRESS_NOT_FOUND);
      }
      var entry = entries.get(index);
      var after = new Entry(newType.orElse(entry.type));
      if (KINDS.stream()
          .anyMatch(kind -> defaultChoices.get(kind).orElse(false) && !after.isOf(kind))) {
        return Optional.of(ErrorReason.ADDRESS_TYPE_MISMATCH);
      }
      for (AddressType kind : KINDS) {
        boolean joined = !entry.isOf(kind) && after.isOf(kind);
        boolean left = entry.isOf(kind) && !after.isOf(kind);
        boolean alone = entries.stream().noneMatch(each -> each != entry && each.isOf(kind));
        boolean held = defaults.get(kind) == entry;
        if (left && held) {
          passOn(kind, entry);
        } else if (defaultChoices.get(kind).orElse(joined && alone)) {
          defaults.put(kind, entry);
        } else if (held && defaultChoices.get(kind).isPresent()) {
          defaults.remove(kind);
        }
      }
      entry.type = after.type;
      return Optional.empty();
    }

    Optional<ErrorReason> delete(int index) {
      if (index == entries.size()) {
        return Optional.of(ErrorReason.ADDRESS_NOT_FOUND);
      }
      var entry = entries.remove(index);
      KINDS.stream()
          .filter(kind -> defaults.get(kind) == entry)
          .forEach(kind -> passOn(kind, entry));
      return Optional.empty();
    }

    Optional<ErrorReason> setDefault(int index, AddressType type) {
      if (index == entries.size()) {
        return Optional.of(ErrorReason.ADDRESS_NOT_FOUND);
      }
      var entry = entries.get(index);
      var kinds = type == AddressType.BOTH ? KINDS : List.of(type);
      if (!kinds.stream().allMatch(entry::isOf)) {
        return Optional.of(ErrorReason.ADDRESS_TYPE_MISMATCH);
      }
      kinds.forEach(kind -> defaults.put(kind, entry));
      return Optional.empty();
    }

    private void passOn(AddressType kind, Entry from) {
      defaults.remove(kind);
      entries.stream()
          .filter(entry -> entry != from && entry.isOf(kind))
          .forEach(entry -> defaults.put(kind, entry));
    }
  }
}
