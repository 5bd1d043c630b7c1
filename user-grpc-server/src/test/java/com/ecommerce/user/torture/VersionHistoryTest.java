package com.ecommerce.user.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.torture.VersionHistory.Interval;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests histories with a maximum staleness of 100, on the instances 0 and 1. */
final class VersionHistoryTest {
  private final VersionHistory history = new VersionHistory(at(0, 0, 1), fields("", ""), 100);

  private static Interval at(int instance, long began, long ended) {
    return new Interval(instance, began, ended);
  }

  private static Map<String, String> fields(String first, String last) {
    return Map.of("first", first, "last", last);
  }

  @Test
  void rightHistory_hasNoViolations() {
    history.change(at(0, 10, 20), 0, 2, "first", "A", fields("A", ""));
    history.change(at(1, 15, 30), 2, 3, "last", "B", fields("A", "B"));
    history.refusal(at(0, 18, 40), 2);
    history.read(at(0, 21, 22), 2, fields("A", ""));
    history.read(at(0, 31, 32), 2, fields("A", ""));
    history.read(at(1, 31, 32), 3, fields("A", "B"));
    history.read(at(0, 131, 132), 3, fields("A", "B"));

    assertEquals(List.of(), history.violations());
    assertEquals(1, history.staleness());
  }

  @Test
  void versionMadeTwice_isFound() {
    history.change(at(0, 10, 20), 0, 2, "first", "A", fields("A", ""));
    history.change(at(1, 10, 20), 0, 2, "last", "B", fields("", "B"));

    assertEquals(List.of("version 2 was made twice"), history.violations());
  }

  @Test
  void missingVersion_isFound() {
    history.change(at(0, 10, 20), 0, 3, "first", "A", fields("A", ""));

    assertEquals(List.of("version 2 is missing"), history.violations());
  }

  @Test
  void lostChange_isFound() {
    history.change(at(0, 10, 20), 0, 2, "first", "A", fields("A", ""));
    history.change(at(1, 10, 20), 0, 3, "last", "B", fields("", "B"));

    assertTrue(history.violations().get(0).startsWith("version 3 has"));
  }

  @Test
  void orderAgainstTime_isFound() {
    history.change(at(0, 30, 40), 0, 2, "first", "A", fields("A", ""));
    history.change(at(1, 10, 20), 0, 3, "last", "B", fields("A", "B"));

    assertEquals(List.of("version 3 was answered before 2 began"), history.violations());
  }

  @Test
  void changeFromAnotherVersionThanExpected_isFound() {
    history.change(at(0, 10, 20), 0, 2, "first", "A", fields("A", ""));
    history.change(at(1, 10, 20), 1, 3, "last", "B", fields("A", "B"));

    assertEquals(List.of("version 3 was made although 1 was expected"), history.violations());
  }

  @Test
  void refusalOfTheCurrentVersion_isFound() {
    history.change(at(0, 10, 20), 0, 2, "first", "A", fields("A", ""));
    history.refusal(at(1, 20, 30), 2);
    history.change(at(0, 30, 40), 0, 3, "first", "C", fields("C", ""));

    assertEquals(List.of("version 2 was refused although it was current"), history.violations());
  }

  @Test
  void readOlderThanAnAnswerOfTheSameInstance_isFound() {
    history.change(at(0, 10, 20), 0, 2, "first", "A", fields("A", ""));
    history.read(at(0, 21, 22), 1, fields("", ""));

    assertEquals(1, history.violations().size());
  }

  @Test
  void readFromAnotherInstance_mayBeOldForTheMaximumStalenessOnly() {
    history.change(at(0, 10, 20), 0, 2, "first", "A", fields("A", ""));
    history.read(at(1, 120, 122), 1, fields("", ""));
    assertEquals(List.of(), history.violations());

    history.read(at(1, 121, 122), 1, fields("", ""));
    assertEquals(1, history.violations().size());
  }

  @Test
  void readFromTheFuture_isFound() {
    history.read(at(1, 5, 9), 2, fields("A", ""));
    history.change(at(0, 10, 20), 0, 2, "first", "A", fields("A", ""));

    assertEquals(List.of("version 2 was read before it was made"), history.violations());
  }

  @Test
  void readOfFieldsThatTheVersionDoesNotHave_isFound() {
    history.change(at(0, 10, 20), 0, 2, "first", "A", fields("A", ""));
    history.read(at(0, 21, 22), 2, fields("B", ""));

    assertEquals(1, history.violations().size());
  }
}
