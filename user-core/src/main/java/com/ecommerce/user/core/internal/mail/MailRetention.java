package com.ecommerce.user.core.internal.mail;

import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.mail.MailTransport;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import java.util.ArrayList;
import java.util.UUID;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;

/**
 * Deletes the mails that a transport keeps for deleted users. Each instance does so for its own
 * transport. Thread-safe.
 */
public final class MailRetention implements IntSupplier {
  private static final int BATCH = 1_000;

  private final Database database;
  private final MailTransport transport;

  /** Creates the job, for {@code UserCore}. */
  public MailRetention(Database database, MailTransport transport) {
    this.database = database;
    this.transport = transport;
  }

  /**
   * Deletes the mails, in the calling thread.
   *
   * @return the number of deleted mails
   */
  @Override
  public int getAsInt() {
    var users = new ArrayList<>(transport.keptFor());
    int deleted = 0;
    for (int from = 0; from < users.size(); from += BATCH) {
      var batch = users.subList(from, Math.min(from + BATCH, users.size()));
      var ids = batch.stream().map(UserId::value).toArray(UUID[]::new);
      var gone =
          database.inStatement(
              RequestContext.system(), handle -> new MailDao(handle).findDeletedUsers(ids));
      if (!gone.isEmpty()) {
        deleted +=
            transport.forget(
                gone.stream().map(UserId::new).collect(Collectors.toUnmodifiableSet()));
      }
    }
    return deleted;
  }
}
