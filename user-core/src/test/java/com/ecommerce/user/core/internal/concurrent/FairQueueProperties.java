package com.ecommerce.user.core.internal.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class FairQueueProperties {
  private static final int PLACES = 30;

  private record Element(int caller, int number) {}

  private static List<String> path(int caller) {
    return List.of("kind", "caller-" + caller);
  }

  @Property(tries = 300)
  void everyElement_isServedInItsCallersOrderWithinTheBound(
      @ForAll @Size(min = 1, max = PLACES) List<@IntRange(min = 0, max = 4) Integer> callers) {
    var queue = new FairQueue<Element>(PLACES, kind -> 1);
    Map<Integer, Integer> counts = new HashMap<>();
    for (int caller : callers) {
      int number = counts.merge(caller, 1, Integer::sum);
      assertTrue(queue.offer(path(caller), new Element(caller, number), 0).isEmpty());
    }
    Map<Integer, Integer> served = new HashMap<>();
    for (int position = 1; queue.size() > 0; position++) {
      var next = queue.poll(kind -> true).orElseThrow();
      assertEquals(served.merge(next.caller(), 1, Integer::sum), next.number());
      assertTrue(position <= next.number() * counts.size(), "later than its turn");
    }
    assertEquals(counts, served);
  }

  @Property(tries = 300)
  void aheadOf_isWhatIsServedBefore(
      @ForAll @Size(max = PLACES - 1) List<@IntRange(min = 0, max = 4) Integer> callers,
      @ForAll @IntRange(min = 0, max = 4) int own) {
    var queue = new FairQueue<Element>(PLACES, kind -> 1);
    callers.forEach(caller -> queue.offer(path(caller), new Element(caller, 0), 0));
    int promised = queue.aheadOf(path(own));
    queue.offer(path(own), new Element(own, 1), 0);
    int before = 0;
    while (queue.poll(kind -> true).orElseThrow().number() == 0) {
      before++;
    }
    assertEquals(promised, before);
  }

  @Property(tries = 300)
  void fullQueue_neverDropsWhoHasLess(
      @ForAll @Size(min = PLACES, max = 3 * PLACES) List<@IntRange(min = 0, max = 9) Integer> callers) {
    var queue = new FairQueue<Element>(PLACES, kind -> 1);
    Map<Integer, Integer> waiting = new HashMap<>();
    for (int caller : callers) {
      waiting.merge(caller, 1, Integer::sum);
      var dropped = queue.offer(path(caller), new Element(caller, 0), 0);
      dropped.ifPresent(
          element -> {
            int most = waiting.values().stream().mapToInt(count -> count).max().orElseThrow();
            assertEquals(most, waiting.get(element.caller()));
            waiting.merge(element.caller(), -1, Integer::sum);
          });
      var all = new ArrayList<>(waiting.values());
      assertEquals(queue.size(), all.stream().mapToInt(count -> count).sum());
    }
  }
}
