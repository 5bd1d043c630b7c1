package com.ecommerce.user.core.internal.session;

import com.ecommerce.user.core.internal.db.Rows;
import com.ecommerce.user.core.session.ServiceClient;
import com.ecommerce.user.core.session.ServiceClients;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

final class ServiceClientDao {
  private final Handle tx;

  ServiceClientDao(Handle tx) {
    this.tx = tx;
  }

  void insert(UUID id, String name, byte[] secretDigest, Instant now) {
    tx.createUpdate(
            """
            insert into service_clients (id, name, secret_digest, created_at) values (:id, :name, :secretDigest, :now)
            """)
        .bind("id", id)
        .bind("name", name)
        .bind("secretDigest", secretDigest)
        .bind("now", now)
        .execute();
  }

  Optional<Stored> find(UUID id) {
    return tx.createQuery(
            """
            select id, name, secret_digest, previous_secret_digest, previous_secret_until
            from service_clients where id = :id
            """)
        .bind("id", id)
        .map(ServiceClientDao::stored)
        .findOne();
  }

  /** Finds the clients with these ids; ids without a client are left out. */
  List<ServiceClient> findAll(UUID[] ids) {
    return tx.createQuery(
            "select id, name from service_clients where id = any ((select :ids)::uuid[])")
        .bind("ids", ids)
        .map(ServiceClientDao::client)
        .list();
  }

  List<ServiceClients.Details> list() {
    return tx.createQuery(
            """
            select id, name, created_at, secret_changed_at, previous_secret_until
            from service_clients order by name
            """)
        .map(ServiceClientDao::details)
        .list();
  }

  /**
   * Finds a client, which no other transaction changes until this one ends.
   *
   * @return empty if there is no client of this name
   */
  Optional<ServiceClients.Details> lock(String name) {
    return tx.createQuery(
            """
            select id, name, created_at, secret_changed_at, previous_secret_until
            from service_clients where name = :name for update
            """)
        .bind("name", name)
        .map(ServiceClientDao::details)
        .findOne();
  }

  /**
   * Replaces the secret of a client.
   *
   * @param overlaps whether the previous secret is still accepted until {@code previousUntil}
   * @return empty if there is no client of this name
   */
  Optional<ServiceClient> rotate(
      String name, byte[] secretDigest, Instant now, boolean overlaps, Instant previousUntil) {
    return tx.createQuery(
            """
            update service_clients set secret_digest = :secretDigest, secret_changed_at = :now,
              previous_secret_digest = case when :overlaps then secret_digest end,
              previous_secret_until = case when :overlaps then :previousUntil::timestamptz end
            where name = :name returning id, name
            """)
        .bind("name", name)
        .bind("secretDigest", secretDigest)
        .bind("now", now)
        .bind("overlaps", overlaps)
        .bind("previousUntil", previousUntil)
        .map(ServiceClientDao::client)
        .findOne();
  }

  /**
   * @return empty if there is no client of this name
   */
  Optional<ServiceClient> delete(String name) {
    return tx.createQuery("delete from service_clients where name = :name returning id, name")
        .bind("name", name)
        .map(ServiceClientDao::client)
        .findOne();
  }

  /**
   * A client as it is stored.
   *
   * @param previousSecret the digest of the previous secret; null if there is none
   * @param previousUntil the time until which that secret is accepted; null if there is none
   */
  record Stored(
      ServiceClient client, byte[] secretDigest, byte[] previousSecret, Instant previousUntil) {}

  private static Stored stored(ResultSet row, StatementContext context) throws SQLException {
    return new Stored(
        client(row, context),
        row.getBytes("secret_digest"),
        row.getBytes("previous_secret_digest"),
        Rows.optionalInstant(row, "previous_secret_until").orElse(null));
  }

  private static ServiceClients.Details details(ResultSet row, StatementContext context)
      throws SQLException {
    return new ServiceClients.Details(
        client(row, context),
        Rows.instant(row, "created_at"),
        Rows.optionalInstant(row, "secret_changed_at"),
        Rows.optionalInstant(row, "previous_secret_until"));
  }

  private static ServiceClient client(ResultSet row, StatementContext context) throws SQLException {
    return new ServiceClient(Rows.uuid(row, "id"), row.getString("name"));
  }
}
