package com.ecommerce.user.core.internal.concurrent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/*
 * The algorithm is hierarchical, weighted round robin with longest queue drop.
 *
 * Fair queueing by round robin: J. Nagle, "On Packet Switches with Infinite Storage" (RFC 970,
 * 1985), a first-in-first-out queue for each source, served in turns. Weights: M. Katevenis et al.,
 * "Weighted Round-Robin Cell Multiplexing" (IEEE JSAC 9(8), 1991). Dropping from the longest queue
 * when no place is left: P. McKenney, "Stochastic Fairness Queueing" (IEEE INFOCOM 1990). Elements
 * here cost about the same, so the byte counts of deficit round robin are not needed.
 *
 * An element has a path of keys, such as [logins, 203.0.113.7/32]: the queue is a tree of that
 * depth, whose leaves are first-in-first-out queues, and every inner node serves its branches in
 * turns. Below the first level, only branches with waiting elements exist, so idle keys cost
 * nothing and their turns go to the others: the queue is work-conserving. The few branches of the
 * first level are kept with their remaining turns: a branch that was empty for a while is served
 * next, but cannot gain turns by being empty now and then.
 *
 * Why it is correct: a branch keeps its position until it is served and moves to the end afterwards,
 * so between two turns of a branch each of its siblings has at most one (or as many as its weight).
 * Bound: at one level with n busy siblings of weight 1, the j-th element of a branch (counted from
 * 1) is served after at most j * n elements, however many the siblings have. When the queue is
 * full, the newest element of the longest branch is dropped, so an element of an empty branch
 * always finds room.
 *
 * Example: A has 150 elements waiting, then B adds one. B's is served after at most one of A's, not
 * after 150. With room for 100 elements, A has at most 100, and B's element replaces A's newest.
 */

/**
 * A bounded queue that is shared fairly between the owners of its elements. Not thread-safe.
 *
 * <p>All operations take constant time for a given depth of paths, except that on a full queue and
 * in {@link #aheadOf} the time is linear in the number of keys with waiting elements.
 *
 * @param <E> the type of the elements
 */
public final class FairQueue<E> {
  private final int capacity;
  private final Branch<E> root;

  /** All elements in the order of their arrival. */
  private final Set<Waiting<E>> arrivals = new LinkedHashSet<>();

  /**
   * Creates a queue whose first keys have weights.
   *
   * @param capacity the maximum number of elements
   * @param weights the number of consecutive turns of each first key of a path, at least 1
   */
  public FairQueue(int capacity, ToIntFunction<String> weights) {
    this.capacity = capacity;
    this.root = new Branch<>(null, "", 1, weights);
  }

  /** An element and its place, compared by identity. */
  private static final class Waiting<E> {
    final E element;
    final long since;
    final Branch<E> leaf;

    Waiting(E element, long since, Branch<E> leaf) {
      this.element = element;
      this.since = since;
      this.leaf = leaf;
    }
  }

  /** A node of the tree: an inner node with branches, or a leaf with waiting elements. */
  private static final class Branch<E> {
    final Branch<E> parent;
    final String key;
    final int weight;
    final ToIntFunction<String> weights;

    /** The branches, beginning with the next one to be served. */
    final Map<String, Branch<E>> branches = new LinkedHashMap<>(4);

    final Deque<Waiting<E>> waiting = new ArrayDeque<>(2);
    int size;
    int turnsLeft;

    Branch(Branch<E> parent, String key, int weight, ToIntFunction<String> weights) {
      this.parent = parent;
      this.key = key;
      this.weight = weight;
      this.weights = weights;
      this.turnsLeft = weight;
    }

    Branch<E> branch(String name) {
      return branches.computeIfAbsent(
          name, added -> new Branch<>(this, added, weights.applyAsInt(added), below -> 1));
    }

    /** Records that this branch was served once. */
    void endTurn() {
      turnsLeft--;
      if (turnsLeft == 0) {
        turnsLeft = weight;
        parent.branches.remove(key);
        parent.branches.put(key, this);
      }
    }

    /**
     * Returns the number of this branch's rounds that end before it serves an element with the
     * given number of elements ahead.
     */
    int roundsBefore(int ahead) {
      return ahead < turnsLeft ? 0 : 1 + (ahead - turnsLeft) / weight;
    }

    /** Compares the lengths in proportion to the weights, without a division. */
    boolean isLongerThan(Branch<E> other) {
      return (long) size * other.weight > (long) other.size * weight;
    }
  }

  /**
   * Adds an element behind those of its path.
   *
   * @param path of the same length for all elements of a queue, at least 1
   * @param now the time of a monotonic clock, the same clock for all elements
   * @return the element that is dropped if the queue is full, which may be the new one
   */
  public Optional<E> offer(List<String> path, E element, long now) {
    var added = add(path, element, now);
    added.leaf.waiting.addLast(added);
    return arrivals.size() > capacity ? Optional.of(dropNewestOfLongest()) : Optional.empty();
  }

  /** Adds an element before those of its path, even if the queue is full. */
  public void offerFirst(List<String> path, E element, long now) {
    var added = add(path, element, now);
    added.leaf.waiting.addFirst(added);
  }

  private Waiting<E> add(List<String> path, E element, long now) {
    var branch = root;
    branch.size++;
    for (String key : path) {
      branch = branch.branch(key);
      branch.size++;
    }
    var added = new Waiting<>(element, now, branch);
    arrivals.add(added);
    return added;
  }

  private E dropNewestOfLongest() {
    var branch = root;
    while (!branch.branches.isEmpty()) {
      branch = longest(branch);
    }
    return leave(branch.waiting.peekLast());
  }

  private static <E> Branch<E> longest(Branch<E> parent) {
    Branch<E> longest = null;
    for (var branch : parent.branches.values()) {
      if (longest == null || branch.isLongerThan(longest)) {
        longest = branch;
      }
    }
    return longest;
  }

  private E leave(Waiting<E> leaving) {
    arrivals.remove(leaving);
    if (leaving.leaf.waiting.peekFirst() == leaving) {
      leaving.leaf.waiting.pollFirst();
    } else {
      leaving.leaf.waiting.removeLastOccurrence(leaving);
    }
    for (var branch = leaving.leaf; branch != null; branch = branch.parent) {
      branch.size--;
      if (branch.size == 0 && branch.parent != null && branch.parent != root) {
        branch.parent.branches.remove(branch.key);
      }
    }
    return leaving.element;
  }

  /**
   * Removes and returns the element whose turn it is.
   *
   * @param eligible selects the first keys that may be served now; the others keep their turns
   * @return empty if no element waits under an eligible key
   */
  public Optional<E> poll(Predicate<String> eligible) {
    for (var first : root.branches.values()) {
      if (first.size > 0 && eligible.test(first.key)) {
        return Optional.of(serve(first));
      }
    }
    return Optional.empty();
  }

  private E serve(Branch<E> first) {
    var branch = first;
    while (!branch.branches.isEmpty()) {
      branch = branch.branches.values().iterator().next();
    }
    var next = branch.waiting.peekFirst();
    for (var served = branch; served.parent != null; served = served.parent) {
      served.endTurn();
    }
    return leave(next);
  }

  /**
   * Removes the elements that have waited longest, without serving them.
   *
   * @param arrivedUntil the latest arrival time of the elements to remove
   * @param expired accepts each removed element, the oldest first
   */
  public void expire(long arrivedUntil, Consumer<E> expired) {
    for (var oldest = oldest(); oldest != null; oldest = oldest()) {
      if (oldest.since - arrivedUntil > 0) {
        return;
      }
      expired.accept(leave(oldest));
    }
  }

  /** Returns the arrival time of the oldest element; empty if the queue is empty. */
  public OptionalLong oldestArrival() {
    var oldest = oldest();
    return oldest == null ? OptionalLong.empty() : OptionalLong.of(oldest.since);
  }

  private Waiting<E> oldest() {
    Iterator<Waiting<E>> iterator = arrivals.iterator();
    return iterator.hasNext() ? iterator.next() : null;
  }

  /**
   * Returns the number of elements that would be served before one added now, if no others were
   * added and all keys were eligible.
   */
  public int aheadOf(List<String> path) {
    return aheadOf(root, path);
  }

  private static int aheadOf(Branch<?> branch, List<String> path) {
    if (branch == null) {
      return 0;
    }
    if (path.isEmpty()) {
      return branch.size;
    }
    String key = path.get(0);
    var own = branch.branches.get(key);
    int ahead = aheadOf(own, path.subList(1, path.size()));
    int fullRounds = own == null ? 0 : own.roundsBefore(ahead);
    boolean isBeforeOwn = true;
    int ofOthers = 0;
    for (var other : branch.branches.values()) {
      if (other == own) {
        isBeforeOwn = false;
      } else {
        int turns = fullRounds * other.weight;
        if (isBeforeOwn) {
          turns += other.turnsLeft;
        } else if (fullRounds > 0) {
          turns += other.turnsLeft - other.weight;
        }
        ofOthers += Math.min(other.size, turns);
      }
    }
    return ahead + ofOthers;
  }

  /** Returns whether {@link #offer} with this path would drop the new element. */
  public boolean isFullFor(List<String> path) {
    if (arrivals.size() < capacity) {
      return false;
    }
    var branch = root;
    for (String key : path) {
      if (!isLongestWithOneMore(branch, key)) {
        return false;
      }
      branch = branch == null ? null : branch.branches.get(key);
    }
    return true;
  }

  /**
   * Returns whether a branch would be the one that {@link #longest} finds if it had one more
   * element.
   */
  private static boolean isLongestWithOneMore(Branch<?> parent, String key) {
    if (parent == null) {
      return true;
    }
    var own = parent.branches.get(key);
    long size = own == null ? 1 : own.size + 1L;
    int weight = parent.weights.applyAsInt(key);
    boolean isFirst = true;
    for (var other : parent.branches.values()) {
      if (other == own) {
        isFirst = false;
        continue;
      }
      long difference = (long) other.size * weight - size * other.weight;
      if (difference > 0 || (difference == 0 && isFirst)) {
        return false;
      }
    }
    return true;
  }

  /** Returns the number of elements. */
  public int size() {
    return arrivals.size();
  }
}
