package com.ecommerce.user.torture;

import static com.ecommerce.user.torture.Linearizability.Operation.read;
import static com.ecommerce.user.torture.Linearizability.Operation.write;
import static com.ecommerce.user.torture.Linearizability.isLinearizable;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class LinearizabilityTest {
  @Test
  void emptyHistory_isLinearizable() {
    assertTrue(isLinearizable("a", List.of()));
  }

  @Test
  void sequentialHistory_isLinearizable() {
    assertTrue(isLinearizable("a", List.of(read("a", 1, 2), write("b", 3, 4), read("b", 5, 6))));
  }

  @Test
  void staleRead_isNot() {
    assertFalse(isLinearizable("a", List.of(write("b", 1, 2), read("a", 3, 4))));
  }

  @Test
  void readOfAValueThatNobodyWrote_isNot() {
    assertFalse(isLinearizable("a", List.of(write("b", 1, 2), read("c", 3, 4))));
  }

  @Test
  void readDuringAWrite_mayReturnBoth() {
    assertTrue(isLinearizable("a", List.of(write("b", 1, 10), read("a", 2, 3), read("b", 4, 5))));
  }

  @Test
  void readsDuringAWrite_doNotGoBack() {
    assertFalse(isLinearizable("a", List.of(write("b", 1, 10), read("b", 2, 3), read("a", 4, 5))));
  }

  @Test
  void concurrentWrites_haveOneOrderForAllReaders() {
    var writes = List.of(write("b", 1, 10), write("c", 1, 10));
    assertTrue(isLinearizable("a", with(writes, read("b", 2, 3), read("c", 4, 5))));
    assertFalse(
        isLinearizable("a", with(writes, read("b", 2, 3), read("c", 4, 5), read("b", 6, 7))));
  }

  @Test
  void lostWrite_isNot() {
    assertFalse(isLinearizable("a", List.of(write("b", 1, 4), write("c", 5, 6), read("b", 7, 8))));
  }

  @Test
  void longHistoryOfARealRegister_isLinearizable_andNotAfterAChange() {
    var random = new Random(7);
    List<Linearizability.Operation> history = new ArrayList<>();
    String value = "start";
    for (int i = 0; i < 1_000; i++) {
      // The effect is at 10 i; the call begins and ends up to 4 calls before and after it.
      long began = 10L * i - random.nextInt(40);
      long ended = 10L * i + random.nextInt(40);
      if (random.nextBoolean()) {
        value = "value " + i;
        history.add(write(value, began, ended));
      } else {
        history.add(read(value, began, ended));
      }
    }
    assertTrue(isLinearizable("start", history));

    history.add(read("value that was never written", 5_000, 5_001));
    assertFalse(isLinearizable("start", history));
  }

  private static List<Linearizability.Operation> with(
      List<Linearizability.Operation> history, Linearizability.Operation... more) {
    List<Linearizability.Operation> all = new ArrayList<>(history);
    all.addAll(List.of(more));
    return all;
  }
}
