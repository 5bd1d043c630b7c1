package com.ecommerce.user.core.internal.bulk;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.bulk.ExportedUser;
import com.ecommerce.user.core.bulk.UserDocument;
import com.ecommerce.user.core.bulk.UserExports;
import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.account.Accounts;
import com.ecommerce.user.core.internal.address.BulkAddresses;
import com.ecommerce.user.core.internal.credential.JdbiPasswords;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.event.JdbiSecurityLog;
import com.ecommerce.user.core.internal.hash.PasswordHash;
import com.ecommerce.user.core.internal.preference.BulkPreferences;
import com.ecommerce.user.core.preference.PreferenceSet;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/** The implementation of {@link UserExports} on a database, by Jdbi. */
public final class JdbiUserExports implements UserExports {
  private static final int PAGE = 500;
  private static final Duration RETRY_AFTER = Duration.ofMinutes(1);

  private final Database database;
  private final Clock clock;
  private final Accounts accounts;
  private final JdbiPasswords passwords;
  private final JdbiSecurityLog security;
  private final Semaphore places = new Semaphore(MAX_CONCURRENT);

  /** Creates the use cases, for {@code UserCore}. */
  public JdbiUserExports(
      Database database,
      Clock clock,
      Accounts accounts,
      JdbiPasswords passwords,
      JdbiSecurityLog security) {
    this.database = database;
    this.clock = clock;
    this.accounts = accounts;
    this.passwords = passwords;
    this.security = security;
  }

  @Override
  public void export(
      RequestContext call, UserFilter filter, boolean withHashes, Consumer<ExportedUser> receiver) {
    requireNonNull(call, "call");
    requireNonNull(filter, "filter");
    requireNonNull(receiver, "receiver");
    if (!places.tryAcquire()) {
      throw UserServiceException.retryLater(
          ErrorReason.SERVER_BUSY,
          MAX_CONCURRENT + " exports are running (expected: a retry)",
          RETRY_AFTER);
    }
    try {
      security.exported(call, withHashes);
      var hasBegun = new AtomicBoolean();
      database.readSnapshot(
          call,
          tx -> {
            // The transaction may run again after a failure, but its users were passed on.
            if (hasBegun.getAndSet(true)) {
              throw UserServiceException.retryLater(
                  ErrorReason.DATABASE_UNAVAILABLE,
                  "the database ended the export (expected: a retry)",
                  RETRY_AFTER);
            }
            new Export(tx, call, withHashes, receiver).run(filter);
            return null;
          });
    } finally {
      places.release();
    }
  }

  /** One export, in its transaction. */
  private final class Export {
    private final Handle tx;
    private final RequestContext call;
    private final boolean withHashes;
    private final Consumer<ExportedUser> receiver;
    private final List<User> page = new ArrayList<>(PAGE);

    Export(Handle tx, RequestContext call, boolean withHashes, Consumer<ExportedUser> receiver) {
      this.tx = tx;
      this.call = call;
      this.withHashes = withHashes;
      this.receiver = receiver;
    }

    void run(UserFilter filter) {
      new ExportDao(tx).forEachUser(filter, PAGE, this::add);
      pass();
    }

    private void add(User user) {
      page.add(user);
      if (page.size() == PAGE) {
        pass();
      }
    }

    /** Reads what belongs to the users of the page, by one query for each table. */
    private void pass() {
      call.throwIfCancelled();
      var ids = page.stream().map(User::id).toList();
      var addresses = BulkAddresses.find(tx, ids);
      var preferences = BulkPreferences.find(tx, ids);
      Map<UserId, PasswordHash> hashes = withHashes ? passwords.hashes(tx, ids) : Map.of();
      for (var user : page) {
        var id = user.id();
        receiver.accept(
            new ExportedUser(
                user,
                Optional.ofNullable(hashes.get(id)).map(PasswordHash::encoded),
                addresses.getOrDefault(id, List.of()),
                Optional.ofNullable(preferences.get(id))));
      }
      page.clear();
    }
  }

  @Override
  public UserDocument document(RequestContext call, UserId user) {
    return document(call, user, Integer.MAX_VALUE);
  }

  @Override
  public UserDocument document(RequestContext call, UserId user, int newest) {
    requireNonNull(call, "call");
    requireNonNull(user, "user");
    return database.readSnapshot(call, tx -> document(tx, user, newest));
  }

  private UserDocument document(Handle tx, UserId id, int newest) {
    var user = accounts.find(tx, id).orElseThrow(() -> Accounts.notFound(id));
    var dao = new ExportDao(tx);
    var key = id.value();
    return new UserDocument(
        clock.instant(),
        user,
        dao.findPasswordChange(key),
        BulkAddresses.find(tx, List.of(id)).getOrDefault(id, List.of()),
        BulkPreferences.find(tx, List.of(id)).getOrDefault(id, PreferenceSet.DEFAULT),
        dao.findRegistration(key),
        dao.listSessions(key, newest),
        dao.listEvents(key, newest),
        dao.listMails(key, newest));
  }
}
