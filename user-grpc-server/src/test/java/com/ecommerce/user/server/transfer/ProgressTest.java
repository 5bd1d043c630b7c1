package com.ecommerce.user.server.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final List<String> shown = new ArrayList<>();
  private long now;

  private void after(int milliseconds) {
    now += TimeUnit.MILLISECONDS.toNanos(milliseconds);
  }

  @Test
  void lines_comeEveryTenSeconds() {
    var progress = Progress.lines("imported", () -> now, shown::add);
    progress.show(100, 0.1);
    after(9_999);
    progress.show(40_000, 0.2);
    after(1);
    progress.show(50_000, 0.25);
    progress.show(50_001, 0.25);
    after(10_000);
    progress.show(100_000, 0.5);
    after(65_000);
    progress.end(200_000);

    assertEquals(
        List.of(
            "25 %, imported 50,000 users, 5,000/s, 30 s left",
            "50 %, imported 100,000 users, 5,000/s, 20 s left",
            "imported 200,000 users in 1 min 25 s (2,353/s)"),
        shown);
  }

  @Test
  void bar_isDrawnAtOnceAndGrows() {
    var progress = Progress.bar("exported", () -> now, shown::add);
    after(200);
    progress.show(10, 0);
    after(200);
    progress.show(20, 1);

    assertEquals(
        List.of(
            "[                              ] 0 %, exported 10 users, 50/s",
            "[==============================] 100 %, exported 20 users, 50/s, 0 s left"),
        shown);
  }
}
