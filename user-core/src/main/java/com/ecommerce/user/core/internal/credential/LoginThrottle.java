package com.ecommerce.user.core.internal.credential;

import com.ecommerce.user.core.internal.db.Purge;
import com.ecommerce.user.core.internal.db.ServiceKeys;
import com.ecommerce.user.core.internal.event.JdbiSecurityLog;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;

/**
 * Limits the guessing of passwords, for all instances on one database together, without letting
 * anybody lock out another user. Thread-safe.
 *
 * <p>Wrong passwords are counted three times:
 *
 * <ul>
 *   <li>Per account <em>and</em> client network, 5 are free. The n-th one blocks further attempts
 *       for 2^(n-5) seconds, at most 15 minutes; refused attempts are not counted. The count is
 *       reset when attempts have been allowed for 15 minutes without a wrong password.
 *   <li>Per client network across all accounts, 50 are free; this count is also reset after 15
 *       minutes. Beyond that, one password a second is checked for the network, right or wrong.
 *       Accounts that signed in from the network in the last 30 days are exempt, so users who share
 *       an address with a guesser can still log in.
 *   <li>Per account over all networks, 100 are free in the hour that begins with the first one.
 *       Beyond that, until the hour is over, only networks from which the user has signed in before
 *       are allowed, and the user gets a mail. A user on another network can reset the password,
 *       which makes that network known.
 * </ul>
 *
 * <p>A right password resets the count of its account and network, and subtracts exactly that
 * number from the other two counts. So the typing errors of a household do not add up, and an
 * attacker with an account cannot erase guesses at other accounts by logging in.
 *
 * <p>Concurrent attempts gain nothing: attempts are settled one after the other, and a right
 * password is refused like a wrong one if a limit was reached in the meantime.
 */
public final class LoginThrottle implements Purge {
  static final int FREE_PER_ACCOUNT_AND_NETWORK = 5;
  static final int FREE_PER_NETWORK = 50;
  static final int FREE_PER_ACCOUNT = 100;
  static final Duration QUIET_TIME = Duration.ofMinutes(15);
  static final Duration TURN = Duration.ofSeconds(1);
  static final Duration ACCOUNT_WINDOW = Duration.ofHours(1);
  static final Duration EXEMPT_AFTER_SIGN_IN = Duration.ofDays(30);
  private static final long MAX_BLOCKED_SECONDS = Duration.ofMinutes(15).toSeconds();
  private static final String KEY_NAME = "password-guesses";

  private final Clock clock;
  private final ServiceKeys keys;
  private final SignInOrigins origins;
  private final JdbiSecurityLog security;
  private final List<SignInListener> listeners;

  /**
   * @param listeners called, in the transaction that settles an attempt, when an account begins to
   *     refuse unknown networks
   */
  public LoginThrottle(
      Clock clock,
      ServiceKeys keys,
      SignInOrigins origins,
      JdbiSecurityLog security,
      List<SignInListener> listeners) {
    this.clock = clock;
    this.keys = keys;
    this.origins = origins;
    this.security = security;
    this.listeners = List.copyOf(listeners);
  }

  /**
   * The account and the network of an attempt.
   *
   * @param user empty for an address without a user
   */
  record Key(byte[] account, String network, Optional<UserId> user) {}

  /** The decision whether the password of an attempt may be checked. */
  enum Admission {
    REFUSED,
    /** It may be checked without a turn. */
    FREE,
    /** It may be checked if its network gets a turn. */
    NEEDS_TURN,
    /** It may be checked and has taken its network's turn. */
    HAS_TURN
  }

  Key key(Handle handle, RequestContext call, UserId user) {
    return new Key(
        keys.digest(handle, KEY_NAME, "user:" + user), call.clientNetwork(), Optional.of(user));
  }

  /** Returns the key of an attempt with an address that no user has. */
  Key key(Handle handle, RequestContext call, String email) {
    return new Key(
        keys.digest(handle, KEY_NAME, "email:" + email), call.clientNetwork(), Optional.empty());
  }

  /**
   * Returns whether an attempt may be checked, without taking a turn.
   *
   * @return any value except {@code HAS_TURN}
   */
  Admission check(Handle handle, Key key) {
    Instant now = clock.instant();
    var counts =
        new Counts(new LoginThrottleDao(handle).find(key.account(), key.network()), key, now);
    var admission = judge(handle, key, counts);
    return admission == Admission.NEEDS_TURN && counts.isTurnTaken()
        ? Admission.REFUSED
        : admission;
  }

  /**
   * Takes the turn that a check needs, in a separate transaction before anything is hashed. Only
   * one of several concurrent attempts gets it.
   *
   * @return {@code HAS_TURN} or {@code REFUSED}
   */
  Admission takeTurn(Handle handle, Key key) {
    Instant now = clock.instant();
    int taken = new LoginThrottleDao(handle).takeTurn(key.network(), now, now.plus(TURN));
    return taken == 1 ? Admission.HAS_TURN : Admission.REFUSED;
  }

  /**
   * Records the outcome of an attempt.
   *
   * @param admission the admission with which the password was checked
   * @return whether the password was right and the attempt is still allowed
   */
  boolean settle(Handle tx, RequestContext call, Key key, Admission admission, boolean right) {
    Instant now = clock.instant();
    var dao = new LoginThrottleDao(tx);
    if (!right) {
      dao.insertMissing(key.account(), key.network(), now);
    }
    var counts = new Counts(dao.findForUpdate(key.account(), key.network()), key, now);
    var judged = judge(tx, key, counts);
    boolean needsTurn = judged == Admission.NEEDS_TURN && admission != Admission.HAS_TURN;
    if (judged == Admission.REFUSED || (needsTurn && counts.isTurnTaken())) {
      return false;
    }
    if (needsTurn) {
      dao.takeTurn(key.network(), now, now.plus(TURN));
    }
    if (right) {
      counts.forgive(dao);
    } else if (counts.countOneMore(dao)) {
      key.user().ifPresent(user -> notifyListeners(tx, call, user));
    }
    return right;
  }

  private void notifyListeners(Handle tx, RequestContext call, UserId user) {
    listeners.forEach(listener -> listener.onGuessing(tx, call, user));
    tx.afterCommit(() -> security.guessingDetected(call, user));
  }

  /**
   * Looks up the user's sign-ins only where they matter, and does so even if there is no such user.
   */
  private Admission judge(Handle handle, Key key, Counts counts) {
    if (counts.isBlocked()) {
      return Admission.REFUSED;
    }
    if (!counts.isAccountExhausted() && !counts.isNetworkExhausted()) {
      return Admission.FREE;
    }
    var signIn = origins.latestSignIn(handle, key.user(), key.network());
    if (counts.isAccountExhausted() && signIn.isEmpty()) {
      return Admission.REFUSED;
    }
    boolean isExempt =
        signIn.filter(at -> at.plus(EXEMPT_AFTER_SIGN_IN).isAfter(clock.instant())).isPresent();
    return counts.isNetworkExhausted() && !isExempt ? Admission.NEEDS_TURN : Admission.FREE;
  }

  /** The counts of an account and a network at a point in time. */
  private static final class Counts {
    private final Key key;
    private final Instant now;
    private final Optional<LoginThrottleDao.Count> ofBoth;
    private final Optional<LoginThrottleDao.Count> ofNetwork;
    private final Optional<LoginThrottleDao.Count> ofAccount;

    Counts(List<LoginThrottleDao.Count> rows, Key key, Instant now) {
      this.key = key;
      this.now = now;
      ofNetwork = find(rows, LoginThrottleDao.Count::isOfNetwork);
      ofAccount = find(rows, LoginThrottleDao.Count::isOfAllNetworks);
      ofBoth = find(rows, row -> !row.isOfNetwork() && !row.isOfAllNetworks());
    }

    private static Optional<LoginThrottleDao.Count> find(
        List<LoginThrottleDao.Count> rows, Predicate<LoginThrottleDao.Count> kind) {
      return rows.stream().filter(kind).findFirst();
    }

    private int failures(Optional<LoginThrottleDao.Count> count) {
      return count.map(known -> known.failuresAt(now)).orElse(0);
    }

    boolean isBlocked() {
      return ofBoth.filter(count -> count.isClosed(now)).isPresent();
    }

    boolean isNetworkExhausted() {
      return failures(ofNetwork) >= FREE_PER_NETWORK;
    }

    boolean isTurnTaken() {
      return ofNetwork.filter(count -> count.isClosed(now)).isPresent();
    }

    boolean isAccountExhausted() {
      return failures(ofAccount) >= FREE_PER_ACCOUNT;
    }

    /**
     * @return whether this one used up the limit of the account
     */
    boolean countOneMore(LoginThrottleDao dao) {
      countForBoth(dao, ofBoth.orElseThrow());
      countForNetwork(dao, ofNetwork.orElseThrow());
      return countForAccount(dao, ofAccount.orElseThrow()) == FREE_PER_ACCOUNT;
    }

    private void countForBoth(LoginThrottleDao dao, LoginThrottleDao.Count count) {
      int failures = count.failuresAt(now) + 1;
      int excess = failures - FREE_PER_ACCOUNT_AND_NETWORK;
      Instant closedUntil = excess > 0 ? now.plusSeconds(blockedSeconds(excess)) : now;
      dao.update(key.account(), key.network(), failures, closedUntil, closedUntil.plus(QUIET_TIME));
    }

    private static long blockedSeconds(int excess) {
      // The shift cannot overflow: 2^10 seconds already exceed the limit.
      return Math.min(MAX_BLOCKED_SECONDS, 1L << Math.min(excess, 10));
    }

    private void countForNetwork(LoginThrottleDao dao, LoginThrottleDao.Count count) {
      dao.count(count.account(), count.network(), count.failuresAt(now) + 1, now.plus(QUIET_TIME));
    }

    private int countForAccount(LoginThrottleDao dao, LoginThrottleDao.Count count) {
      int before = count.failuresAt(now);
      Instant end = before == 0 ? now.plus(ACCOUNT_WINDOW) : count.forgottenAt();
      dao.count(count.account(), count.network(), before + 1, end);
      return before + 1;
    }

    void forgive(LoginThrottleDao dao) {
      int own = failures(ofBoth);
      if (own > 0) {
        forgive(dao, ofNetwork, own);
        forgive(dao, ofAccount, own);
        dao.delete(key.account(), key.network());
      }
    }

    private void forgive(LoginThrottleDao dao, Optional<LoginThrottleDao.Count> from, int own) {
      from.ifPresent(
          count ->
              dao.count(
                  count.account(),
                  count.network(),
                  Math.max(0, count.failuresAt(now) - own),
                  count.forgottenAt()));
    }
  }

  /** Resets the counts of the account for all networks. */
  void forget(Handle tx, UserId user) {
    new LoginThrottleDao(tx).deleteAll(keys.digest(tx, KEY_NAME, "user:" + user));
  }

  @Override
  public int purge(Handle tx, Instant now, int limit) {
    return new LoginThrottleDao(tx).deleteForgotten(now, limit);
  }
}
