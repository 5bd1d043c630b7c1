package com.ecommerce.user.core.internal.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FairQueueTest {
  private final FairQueue<String> queue = new FairQueue<>(8, kind -> kind.equals("heavy") ? 3 : 1);

  private Optional<String> offer(String kind, String caller, String element) {
    return queue.offer(List.of(kind, caller), element, 0);
  }

  private List<String> pollAll() {
    List<String> polled = new ArrayList<>();
    for (var next = queue.poll(kind -> true); next.isPresent(); next = queue.poll(kind -> true)) {
      polled.add(next.get());
    }
    return polled;
  }

  @Test
  void callers_takeTurnsAndKeepTheirOwnOrder() {
    for (String element : List.of("a1", "a2", "a3", "b1", "c1", "c2")) {
      offer("kind", element.substring(0, 1), element);
    }
    assertEquals(List.of("a1", "b1", "c1", "a2", "c2", "a3"), pollAll());
    assertEquals(0, queue.size());
  }

  @Test
  void callerWhoComesBack_goesToTheEnd() {
    offer("kind", "a", "a1");
    offer("kind", "a", "a2");
    assertEquals(Optional.of("a1"), queue.poll(kind -> true));
    offer("kind", "b", "b1");
    assertEquals(List.of("a2", "b1"), pollAll());
  }

  @Test
  void weights_areTurnsInARow() {
    for (int i = 1; i <= 4; i++) {
      offer("light", "a", "l" + i);
      offer("heavy", "a", "h" + i);
    }
    assertEquals(List.of("l1", "h1", "h2", "h3", "l2", "h4", "l3", "l4"), pollAll());
  }

  @Test
  void kindThatWasIdle_isServedNextButWinsNoTurns() {
    offer("heavy", "a", "h1");
    assertEquals(List.of("h1"), pollAll());
    for (int i = 1; i <= 4; i++) {
      offer("light", "a", "l" + i);
    }
    assertEquals(Optional.of("l1"), queue.poll(kind -> true));
    for (String element : List.of("h2", "h3")) {
      offer("heavy", "a", element);
      assertEquals(Optional.of(element), queue.poll(kind -> true));
    }
    offer("heavy", "a", "h4");
    assertEquals(List.of("l2", "h4", "l3", "l4"), pollAll());
  }

  @Test
  void kindThatIsNotEligible_keepsItsTurn() {
    offer("stuck", "a", "s1");
    offer("free", "a", "f1");
    offer("free", "b", "f2");
    assertEquals(Optional.of("f1"), queue.poll("free"::equals));
    assertEquals(Optional.of("f2"), queue.poll("free"::equals));
    assertEquals(Optional.empty(), queue.poll("free"::equals));
    assertEquals(Optional.of("s1"), queue.poll(kind -> true));
  }

  @Test
  void fullQueue_dropsTheNewestOfTheLongest() {
    for (int i = 1; i <= 8; i++) {
      assertEquals(Optional.empty(), offer("kind", "a", "a" + i));
    }
    assertTrue(queue.isFullFor(List.of("kind", "a")));
    assertEquals(Optional.of("a9"), offer("kind", "a", "a9"));
    assertFalse(queue.isFullFor(List.of("kind", "b")));
    assertEquals(Optional.of("a8"), offer("kind", "b", "b1"));
    assertFalse(queue.isFullFor(List.of("other", "a")));
    assertEquals(Optional.of("a7"), offer("other", "a", "o1"));
    assertEquals(8, queue.size());
    assertEquals(List.of("a1", "o1", "b1", "a2", "a3", "a4", "a5", "a6"), pollAll());
  }

  @Test
  void heavyKind_mayHoldMorePlaces() {
    for (int i = 1; i <= 6; i++) {
      offer("heavy", "a", "h" + i);
    }
    offer("light", "a", "l1");
    offer("light", "a", "l2");
    assertEquals(Optional.of("l3"), offer("light", "a", "l3"), "3 to 1 is more than 6 to 3");
    assertTrue(queue.isFullFor(List.of("light", "a")));
  }

  @Test
  void offerFirst_goesBeforeThePathAndAlwaysFindsAPlace() {
    for (int i = 1; i <= 8; i++) {
      offer("kind", "a", "a" + i);
    }
    queue.offerFirst(List.of("kind", "a"), "resumed", 0);
    assertEquals(9, queue.size());
    assertEquals(Optional.of("resumed"), queue.poll(kind -> true));
    assertEquals(Optional.of("a1"), queue.poll(kind -> true));
  }

  @Test
  void expire_takesTheOldestOfAll() {
    queue.offer(List.of("kind", "a"), "a1", 10);
    queue.offer(List.of("kind", "b"), "b1", 20);
    queue.offer(List.of("kind", "a"), "a2", 30);
    queue.offerFirst(List.of("kind", "a"), "a0", 40);
    assertEquals(OptionalLong.of(10), queue.oldestArrival());
    List<String> expired = new ArrayList<>();
    queue.expire(30, expired::add);
    assertEquals(List.of("a1", "b1", "a2"), expired);
    assertEquals(List.of("a0"), pollAll());
    assertEquals(OptionalLong.empty(), queue.oldestArrival());
  }

  @Test
  void aheadOf_countsATurnOfEachOther() {
    assertEquals(0, queue.aheadOf(List.of("kind", "a")));
    for (int i = 1; i <= 4; i++) {
      offer("kind", "a", "a" + i);
    }
    offer("kind", "b", "b1");
    assertEquals(1 + 1, queue.aheadOf(List.of("kind", "c")));
    assertEquals(4 + 1, queue.aheadOf(List.of("kind", "a")));
    assertEquals(2, queue.aheadOf(List.of("kind", "c")));
    assertEquals(1, queue.aheadOf(List.of("heavy", "a")), "a turn of the other kind");
    offer("heavy", "a", "h1");
    assertEquals(2 + 3 - 2, queue.aheadOf(List.of("kind", "c")), "all that is there of the heavy");
  }
}
