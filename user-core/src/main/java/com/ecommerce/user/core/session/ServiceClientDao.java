package com.ecommerce.user.core.session;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

@RegisterRowMapper(ServiceClientDao.StoredMapper.class)
interface ServiceClientDao {
  @SqlUpdate(
      """
      insert into service_clients (id, name, secret_digest, created_at) values (:id, :name, :secretDigest, :now)
      """)
  void insert(UUID id, String name, byte[] secretDigest, Instant now);

  @SqlQuery("select id, name, secret_digest from service_clients where id = :id")
  Optional<Stored> find(UUID id);

  /** A client as it is kept. */
  record Stored(ServiceClient client, byte[] secretDigest) {}

  /** Public for Jdbi, which makes it. */
  final class StoredMapper implements RowMapper<Stored> {
    @Override
    public Stored map(ResultSet row, StatementContext context) throws SQLException {
      return new Stored(
          new ServiceClient(row.getObject("id", UUID.class), row.getString("name")),
          row.getBytes("secret_digest"));
    }
  }
}
