package com.ecommerce.user.core.credential;

import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.internal.Daos;
import com.ecommerce.user.core.internal.Purge;
import com.ecommerce.user.core.internal.ServiceKeys;
import com.ecommerce.user.core.value.UserId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jdbi.v3.core.Handle;

/**
 * Slows the guessing of passwords, for all instances on one database together, in a way that nobody
 * can lock a victim out: what is counted belongs to an account <em>and</em> the client's network.
 * Thread-safe.
 *
 * <p>Per account and network, 5 wrong passwords are free. The n-th closes the door for 2^(n-5)
 * seconds, 15 minutes at most; tries at a closed door are not counted. The same is counted per
 * network across all accounts, with 50 free. Counts are forgotten when nothing was counted for 15
 * minutes, which begin when the door opens: while it is closed, nothing can be counted.
 *
 * <p>A right password forgets what was counted for its account and network, and takes exactly that
 * off the network's own count, too: a household's typing errors do not add up, and an attacker who
 * has an account cannot wipe out the guesses at others by logging in.
 *
 * <p>Tries that run at the same time gain nothing: a try is judged when it is settled, one after
 * the other, and a right password that meets a door closed meanwhile is refused like a wrong one.
 */
public final class GuessGuard implements Purge {
  static final int FREE_PER_ACCOUNT = 5;
  static final int FREE_PER_NETWORK = 50;
  static final Duration QUIET_TIME = Duration.ofMinutes(15);
  private static final long MAX_CLOSED_SECONDS = Duration.ofMinutes(15).toSeconds();
  private static final String KEY_NAME = "password-guesses";

  private final Clock clock;
  private final ServiceKeys keys;

  public GuessGuard(Clock clock, ServiceKeys keys) {
    this.clock = clock;
    this.keys = keys;
  }

  /** Where a guess is made: at which account, from which network. */
  record Door(byte[] account, String network) {}

  Door door(Handle handle, Call call, UserId user) {
    return new Door(account(handle, "user:" + user), call.clientNetwork());
  }

  /** For an address that no user has. */
  Door door(Handle handle, Call call, String email) {
    return new Door(account(handle, "email:" + email), call.clientNetwork());
  }

  boolean isOpen(Handle handle, Door door) {
    return isOpen(
        Daos.on(handle, GuessDao.class).find(door.account(), door.network()), clock.instant());
  }

  /**
   * Takes note of a guess.
   *
   * @return whether it was right, and the door still open
   */
  boolean settle(Handle tx, Door door, boolean right) {
    Instant now = clock.instant();
    var dao = Daos.on(tx, GuessDao.class);
    if (!right) {
      dao.insertMissing(door.account(), door.network(), now);
    }
    var counts = dao.findForUpdate(door.account(), door.network());
    if (!isOpen(counts, now)) {
      return false;
    }
    if (right) {
      forgive(dao, door, counts, now);
    } else {
      counts.forEach(count -> countOneMore(dao, door, count, now));
    }
    return right;
  }

  private static boolean isOpen(List<GuessDao.Count> counts, Instant now) {
    return counts.stream().noneMatch(count -> count.isClosed(now));
  }

  private static void countOneMore(GuessDao dao, Door door, GuessDao.Count count, Instant now) {
    int failures = count.failuresAt(now) + 1;
    int excess = failures - (count.isOfNetwork() ? FREE_PER_NETWORK : FREE_PER_ACCOUNT);
    Instant closedUntil = excess > 0 ? now.plusSeconds(closedSeconds(excess)) : now;
    dao.update(
        count.account(), door.network(), failures, closedUntil, closedUntil.plus(QUIET_TIME));
  }

  private static long closedSeconds(int excess) {
    // The shift stays clear of overflow: 2^10 seconds are more than the limit already.
    return Math.min(MAX_CLOSED_SECONDS, 1L << Math.min(excess, 10));
  }

  private static void forgive(GuessDao dao, Door door, List<GuessDao.Count> counts, Instant now) {
    int own =
        counts.stream()
            .filter(count -> !count.isOfNetwork())
            .mapToInt(count -> count.failuresAt(now))
            .sum();
    if (own == 0) {
      return;
    }
    counts.stream()
        .filter(GuessDao.Count::isOfNetwork)
        .forEach(
            count ->
                dao.update(
                    count.account(),
                    door.network(),
                    Math.max(0, count.failuresAt(now) - own),
                    count.closedUntil(),
                    count.forgottenAt()));
    dao.delete(door.account(), door.network());
  }

  /** Forgets what was counted for the account, from whatever network. */
  void forget(Handle tx, UserId user) {
    Daos.on(tx, GuessDao.class).deleteAll(account(tx, "user:" + user));
  }

  @Override
  public int purge(Handle tx, Instant now, int limit) {
    return Daos.on(tx, GuessDao.class).deleteForgotten(now, limit);
  }

  private byte[] account(Handle handle, String name) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(keys.secret(handle, KEY_NAME), "HmacSHA256"));
      return mac.doFinal(name.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every JDK has HmacSHA256", missing);
    }
  }
}
