package com.ecommerce.user.core.internal.token;

import com.ecommerce.user.core.internal.db.Purge;
import com.ecommerce.user.core.internal.db.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

final class CookieKeyDao {
  private final Handle tx;

  CookieKeyDao(Handle tx) {
    this.tx = tx;
  }

  /** A key as it is stored. */
  record Row(int number, byte[] secret, Instant createdAt) {
    static Row ofRow(ResultSet row, StatementContext context) throws SQLException {
      return new Row(row.getInt("number"), row.getBytes("secret"), Rows.instant(row, "created_at"));
    }

    /** Masks the secrets, since records end up in logs. */
    @Override
    public String toString() {
      return "Row[" + number + "]";
    }
  }

  List<Row> listNewestFirst() {
    return tx.createQuery("select number, secret, created_at from cookie_keys order by number desc")
        .map(Row::ofRow)
        .list();
  }

  /** Inserts a key, unless another instance has just inserted one with the same number. */
  void insert(int number, byte[] secret, Instant now) {
    tx.createUpdate(
            """
            insert into cookie_keys (number, secret, created_at) values (:number, :secret, :now)
            on conflict do nothing
            """)
        .bind("number", number)
        .bind("secret", secret)
        .bind("now", now)
        .execute();
  }

  /** Deletes keys whose successor was created before the time. */
  int deleteReplaced(Instant before, int limit) {
    var replaced =
        "number < (select max(number) from cookie_keys where created_at < :time) order by number";
    return Purge.delete(tx, "cookie_keys", "number", replaced, before, limit);
  }
}
