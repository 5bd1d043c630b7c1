package com.ecommerce.user.core.internal.verification;

import com.ecommerce.user.core.verification.Registration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

@RegisterRowMapper(RegistrationMapper.class)
interface RegistrationDao {
  String INSERT =
      """
      insert into registrations (user_id, network, device, created_at)
      values (:registration.userId, :registration.network, :registration.device, :registration.createdAt)
      """;

  /** The values that {@link #INSERT} writes. */
  record NewRegistration(UUID userId, String network, String device, Instant createdAt) {
    /** Omits personal data, since records end up in logs. */
    @Override
    public String toString() {
      return "NewRegistration[" + userId + "]";
    }
  }

  @SqlQuery("select network, device, created_at from registrations where user_id = :userId")
  Optional<Registration> find(UUID userId);

  @SqlUpdate("delete from registrations where user_id = :userId")
  void delete(UUID userId);

  @SqlUpdate(
      """
      delete from registrations where user_id in (
        select user_id from registrations where created_at < :before order by created_at limit :limit
        for update skip locked)
      """)
  int deleteOld(Instant before, int limit);
}
