package com.ecommerce.user.core.internal.account;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.event.EventLog;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Writes the accounts of an import, in its transaction. Thread-safe. */
public final class ImportWrites {
  private final UserReads reads;
  private final UserWrites writes;

  /** Creates the writes, for {@code UserCore}. */
  public ImportWrites(Clock clock, UserReads reads, EventLog events) {
    this.reads = reads;
    // The import calls the listeners itself, since it may send no mails.
    this.writes = new UserWrites(clock, reads, events, List.of());
  }

  /**
   * A new user, and the digests of the imported row.
   *
   * @param rowDigest the digest of the row
   * @param passwordDigest the digest of the password hash; null if the row has none
   */
  public record NewRow(User user, byte[] rowDigest, byte[] passwordDigest) {}

  /** A change of a user, with the names of the changed fields. */
  public record Saved(User user, List<String> fields) {}

  /**
   * Adds users, with one statement.
   *
   * @return the ids of the added users; each of the others has a key that another user has
   */
  public Set<UserId> insert(Handle tx, List<NewRow> rows) {
    return rows.isEmpty() ? Set.of() : UserRows.insertAll(tx, rows);
  }

  /** Returns the users with these ids who still exist, locked until the end of the transaction. */
  public Map<UserId, User> lock(Handle tx, Collection<UserId> ids) {
    var keys = ids.stream().map(UserId::value).toArray(UUID[]::new);
    return new UserDao(tx)
        .findAllForUpdate(keys).stream().collect(Collectors.toMap(User::id, Function.identity()));
  }

  /** Writes a change of a locked user, with its event, unless nothing changes. */
  public Saved save(Handle tx, RequestContext call, User before, User.Draft draft) {
    var change = writes.change(call, EventType.USER_UPDATED, before, draft, "imported");
    return new Saved(writes.save(tx, change), change.fields());
  }

  /** Sets the time of the latest login of a locked user. The version stays the same. */
  public void saveLastLogin(Handle tx, UserId user, Instant time) {
    new UserDao(tx).updateLastLogin(user.value(), time);
    reads.cache().forgetAtEnd(tx, user);
  }
}
