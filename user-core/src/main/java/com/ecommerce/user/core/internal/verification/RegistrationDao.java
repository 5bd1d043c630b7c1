package com.ecommerce.user.core.internal.verification;

import com.ecommerce.user.core.internal.db.Purge;
import com.ecommerce.user.core.internal.db.Rows;
import com.ecommerce.user.core.verification.Registration;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

final class RegistrationDao {
  static final String INSERT =
      """
      insert into registrations (user_id, network, device, created_at)
      values (:registration.userId, :registration.network, :registration.device, :registration.createdAt)
      """;

  private final Handle tx;

  RegistrationDao(Handle tx) {
    this.tx = tx;
  }

  /** The values that {@link #INSERT} writes. Public since Jdbi calls its accessors. */
  public record NewRegistration(UUID userId, String network, String device, Instant createdAt) {
    /** Omits personal data, since records may be logged. */
    @Override
    public String toString() {
      return "NewRegistration[" + userId + "]";
    }
  }

  Optional<Registration> find(UUID userId) {
    return tx.createQuery(
            "select network, device, created_at from registrations where user_id = :userId")
        .bind("userId", userId)
        .map(RegistrationDao::registration)
        .findOne();
  }

  void delete(UUID userId) {
    tx.createUpdate("delete from registrations where user_id = :userId")
        .bind("userId", userId)
        .execute();
  }

  int deleteOld(Instant before, int limit) {
    return Purge.delete(
        tx, "registrations", "user_id", "created_at < :time order by created_at", before, limit);
  }

  private static Registration registration(ResultSet row, StatementContext context)
      throws SQLException {
    return new Registration(
        row.getString("network"), row.getString("device"), Rows.instant(row, "created_at"));
  }
}
