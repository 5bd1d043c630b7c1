package com.ecommerce.user.core.address;

import static com.ecommerce.user.core.address.AddressType.BILLING;
import static com.ecommerce.user.core.address.AddressType.BOTH;
import static com.ecommerce.user.core.address.AddressType.SHIPPING;
import static com.ecommerce.user.core.testing.TestAddresses.aDefault;
import static com.ecommerce.user.core.testing.TestAddresses.anAddress;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.ErrorReason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests which address is the default of a kind, and which one replaces it. */
class DefaultAddressesTest extends AddressesTesting {
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
}
