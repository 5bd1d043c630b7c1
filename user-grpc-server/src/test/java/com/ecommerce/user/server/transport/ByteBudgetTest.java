package com.ecommerce.user.server.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ByteBudgetTest {
  @Test
  void part_countsInTheWhole() {
    var whole = new ByteBudget(1_000);
    var office = whole.part(500);
    var home = whole.part(500);

    office.add(501);
    assertTrue(office.isFull());
    assertFalse(home.isFull());
    assertTrue(home.isHalfFull());

    home.add(500);
    assertTrue(whole.isFull());
    assertEquals(1_001, whole.held());
  }
}
