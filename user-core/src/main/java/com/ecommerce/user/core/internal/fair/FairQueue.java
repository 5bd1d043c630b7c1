package com.ecommerce.user.core.internal.fair;

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
 * here cost about the same, so that the byte counts of deficit round robin are not needed.
 *
 * An element has a path of keys, such as [logins, 203.0.113.7/32]: the queue is a tree of that
 * depth, whose leaves are first-in-first-out queues, and every inner node serves its branches in
 * turns. Below the first level only branches in which something waits exist, so a key that is idle
 * costs nothing, and an idle branch's turns go to the others: the queue is work-conserving. The
 * branches of the first level, of which there are few, stay with the turns that they have left: one
 * in which nothing waited for a while is served next, and cannot win turns by being empty now and
 * then.
 *
 * Why it is right: a branch keeps its position until it is served and moves to the end afterwards,
 * so between two turns of a branch each of its siblings has at most one (or as many as its weight).
 * Bound: at one level with n busy siblings of weight 1, the j-th element of a branch (counted from
 * 1) is served after at most j * n elements, however many the siblings have. When the queue is
 * full, the newest element of the longest branch leaves, and so a newcomer with an empty branch
 * always finds a place.
 *
 * Example: A has 150 elements waiting, then B adds one. B's is served after at most one of A's, not
 * after 150. With 100 places A never had more than 100; B's takes the place of A's newest.
 */

/**
 * A bounded queue that is shared fairly by those whose elements wait in it. Not thread-safe.
 *
 * <p>All operations but those on a full queue take constant time for a given depth of paths; on a
 * full queue, and in {@link #aheadOf}, they take time in the number of keys with waiting elements.
 *
 * @param <E> what waits
 */
public final class FairQueue<E> {
  private final int places;
  private final Branch<E> root;

  /** In the order of their arrival. */
  private final Set<Waiting<E>> arrivals = new LinkedHashSet<>();

  /**
   * A queue whose first keys have weights.
   *
   * @param places how many elements may wait
   * @param weights how many turns in a row each first key of a path has, 1 or more
   */
  public FairQueue(int places, ToIntFunction<String> weights) {
    this.places = places;
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

  /** A node of the tree: either has branches, or is a leaf, which has waiting elements. */
  private static final class Branch<E> {
    final Branch<E> parent;
    final String key;
    final int weight;
    final ToIntFunction<String> weights;

    /** The next to be served first. */
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

    /** Notes that this branch was served once. */
    void endTurn() {
      turnsLeft--;
      if (turnsLeft == 0) {
        turnsLeft = weight;
        parent.branches.remove(key);
        parent.branches.put(key, this);
      }
    }

    /** How many rounds of its own end before it serves an element that has so many before it. */
    int roundsBefore(int ahead) {
      return ahead < turnsLeft ? 0 : 1 + (ahead - turnsLeft) / weight;
    }

    /** Compared across branches of different weights without dividing. */
    boolean isLongerThan(Branch<E> other) {
      return (long) size * other.weight > (long) other.size * weight;
    }
  }

  /**
   * Adds an element behind those of its path.
   *
   * @param path of the same length for all elements of a queue, at least 1
   * @param now any monotonic clock's time, the same clock's for all elements
   * @return the element that leaves the queue unserved because no place is left for it, which may
   *     be the new one
   */
  public Optional<E> offer(List<String> path, E element, long now) {
    var added = add(path, element, now);
    added.leaf.waiting.addLast(added);
    return arrivals.size() > places ? Optional.of(dropNewestOfLongest()) : Optional.empty();
  }

  /** Adds an element before those of its path, even if no place is left. */
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
   * Takes the element whose turn it is.
   *
   * @param eligible which first keys may be served now; the others keep their turns
   * @return empty when nothing waits under an eligible key
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
   * Takes out, unserved, what has waited longest.
   *
   * @param arrivedUntil elements that came at this time or before
   * @param expired is told of each of them, the oldest first
   */
  public void expire(long arrivedUntil, Consumer<E> expired) {
    for (var oldest = oldest(); oldest != null; oldest = oldest()) {
      if (oldest.since - arrivedUntil > 0) {
        return;
      }
      expired.accept(leave(oldest));
    }
  }

  /** When the element that has waited longest came; empty when nothing waits. */
  public OptionalLong oldestArrival() {
    var oldest = oldest();
    return oldest == null ? OptionalLong.empty() : OptionalLong.of(oldest.since);
  }

  private Waiting<E> oldest() {
    Iterator<Waiting<E>> iterator = arrivals.iterator();
    return iterator.hasNext() ? iterator.next() : null;
  }

  /**
   * How many elements would be served before one that was added now, if no other came and all keys
   * were eligible.
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

  /** Whether {@link #offer} with this path would find no place. */
  public boolean isFullFor(List<String> path) {
    if (arrivals.size() < places) {
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

  /** Whether a branch, with one more element, is the one that {@link #longest} finds. */
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

  /** How many elements wait. */
  public int size() {
    return arrivals.size();
  }

  /** How many may wait. */
  public int places() {
    return places;
  }
}
