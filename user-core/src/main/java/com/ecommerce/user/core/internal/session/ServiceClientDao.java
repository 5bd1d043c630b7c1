package com.ecommerce.user.core.internal.session;

import com.ecommerce.user.core.session.ServiceClient;
import com.ecommerce.user.core.session.ServiceClients;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

@RegisterRowMapper(ServiceClientDao.StoredMapper.class)
@RegisterRowMapper(ServiceClientDao.ClientMapper.class)
@RegisterRowMapper(ServiceClientDao.DetailsMapper.class)
interface ServiceClientDao {
  @SqlUpdate(
      """
      insert into service_clients (id, name, secret_digest, created_at) values (:id, :name, :secretDigest, :now)
      """)
  void insert(UUID id, String name, byte[] secretDigest, Instant now);

  @SqlQuery(
      """
      select id, name, secret_digest, previous_secret_digest, previous_secret_until
      from service_clients where id = :id
      """)
  Optional<Stored> find(UUID id);

  /** Finds the clients with these ids; ids without a client are left out. */
  @SqlQuery("select id, name from service_clients where id = any ((select :ids)::uuid[])")
  List<ServiceClient> findAll(UUID[] ids);

  @SqlQuery(
      """
      select id, name, created_at, secret_changed_at, previous_secret_until
      from service_clients order by name
      """)
  List<ServiceClients.Details> list();

  /**
   * Replaces the secret of a client.
   *
   * @param overlaps whether the previous secret is still accepted until {@code previousUntil}
   * @return empty if there is no client of this name
   */
  @SqlQuery(
      """
      update service_clients set secret_digest = :secretDigest, secret_changed_at = :now,
        previous_secret_digest = case when :overlaps then secret_digest end,
        previous_secret_until = case when :overlaps then :previousUntil::timestamptz end
      where name = :name returning id, name
      """)
  Optional<ServiceClient> rotate(
      String name, byte[] secretDigest, Instant now, boolean overlaps, Instant previousUntil);

  /**
   * @return empty if there is no client of this name
   */
  @SqlQuery("delete from service_clients where name = :name returning id, name")
  Optional<ServiceClient> delete(String name);

  /**
   * A client as it is stored.
   *
   * @param previousSecret the digest of the previous secret; null if there is none
   * @param previousUntil the time until which that secret is accepted; null if there is none
   */
  record Stored(
      ServiceClient client, byte[] secretDigest, byte[] previousSecret, Instant previousUntil) {}

  /** Public for Jdbi, which creates it. */
  final class StoredMapper implements RowMapper<Stored> {
    @Override
    public Stored map(ResultSet row, StatementContext context) throws SQLException {
      return new Stored(
          client(row),
          row.getBytes("secret_digest"),
          row.getBytes("previous_secret_digest"),
          instant(row, "previous_secret_until").orElse(null));
    }
  }

  /** Public for Jdbi, which creates it. */
  final class ClientMapper implements RowMapper<ServiceClient> {
    @Override
    public ServiceClient map(ResultSet row, StatementContext context) throws SQLException {
      return client(row);
    }
  }

  /** Public for Jdbi, which creates it. */
  final class DetailsMapper implements RowMapper<ServiceClients.Details> {
    @Override
    public ServiceClients.Details map(ResultSet row, StatementContext context) throws SQLException {
      return new ServiceClients.Details(
          client(row),
          instant(row, "created_at").orElseThrow(),
          instant(row, "secret_changed_at"),
          instant(row, "previous_secret_until"));
    }
  }

  private static ServiceClient client(ResultSet row) throws SQLException {
    return new ServiceClient(row.getObject("id", UUID.class), row.getString("name"));
  }

  private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }
}
