package com.ecommerce.user.core.internal.db;

import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

final class IdempotencyKeyDao {
  private static final String COLUMNS =
      "earlier.request, earlier.object_id, earlier.result, earlier.failure, earlier.created_at";

  /** The clause that replaces a row whose time has passed. */
  private static final String ON_CONFLICT =
      """
      on conflict (id) do update
      set request = excluded.request, object_id = excluded.object_id, result = excluded.result,
        failure = excluded.failure, created_at = excluded.created_at
      where kept.created_at <= :oldest
      returning id
      """;

  private final Handle tx;

  IdempotencyKeyDao(Handle tx) {
    this.tx = tx;
  }

  /**
   * An earlier call.
   *
   * @param request the digest of its request
   */
  record Known(
      byte[] request,
      Optional<UUID> object,
      int result,
      Optional<StoredFailure> failure,
      Instant createdAt) {
    static Known ofRow(ResultSet row, StatementContext context) throws SQLException {
      var failure = row.getArray("failure");
      return new Known(
          row.getBytes("request"),
          Optional.ofNullable(row.getObject("object_id", UUID.class)),
          row.getInt("result"),
          failure == null
              ? Optional.empty()
              : Optional.of(new StoredFailure(List.of((String[]) failure.getArray()))),
          Rows.instant(row, "created_at"));
    }
  }

  /**
   * The outcome of a claim.
   *
   * @param isClaimed whether the key was claimed for this call
   * @param known an earlier call that has ended
   */
  record Claim(boolean isClaimed, Optional<Known> known) {
    static Claim ofRow(ResultSet row, StatementContext context) throws SQLException {
      boolean isKnown = row.getBytes("request") != null;
      return new Claim(
          row.getBoolean("is_claimed"),
          isKnown ? Optional.of(Known.ofRow(row, context)) : Optional.empty());
    }
  }

  /**
   * Inserts a row unless there is one that was created after {@code oldest}, or another transaction
   * has the lock of the key.
   */
  Claim claim(byte[] id, byte[] request, @Nullable UUID object, Instant now, Instant oldest) {
    return tx.createQuery(
            """
            with lock as materialized (select pg_try_advisory_xact_lock(:lock) as is_free),
            claimed as (
              insert into idempotency_keys as kept (id, request, object_id, created_at)
              select :id, :request, :object::uuid, :now::timestamptz from lock where is_free
            """
                + ON_CONFLICT
                + ")\nselect exists (select from claimed) as is_claimed, "
                + COLUMNS
                + """

                from (select) as one
                left join idempotency_keys earlier on earlier.id = :id and earlier.created_at > :oldest
                """)
        .bind("lock", ByteBuffer.wrap(id).getLong())
        .bind("id", id)
        .bind("request", request)
        .bind("object", object)
        .bind("now", now)
        .bind("oldest", oldest)
        .map(Claim::ofRow)
        .one();
  }

  Optional<Known> find(byte[] id, Instant oldest) {
    return tx.createQuery(
            "select "
                + COLUMNS
                + " from idempotency_keys earlier where id = :id and created_at > :oldest")
        .bind("id", id)
        .bind("oldest", oldest)
        .map(Known::ofRow)
        .findOne();
  }

  /**
   * Inserts a row for a call that failed.
   *
   * @return false if there is a row that was created after {@code oldest}
   */
  boolean keep(byte[] id, byte[] request, StoredFailure failure, Instant now, Instant oldest) {
    return tx.createQuery(
            """
            insert into idempotency_keys as kept (id, request, failure, created_at)
            values (:id, :request, :failure, :now)
            """
                + ON_CONFLICT)
        .bind("id", id)
        .bind("request", request)
        .bind("failure", failure.texts().toArray(String[]::new))
        .bind("now", now)
        .bind("oldest", oldest)
        .mapTo(byte[].class)
        .findOne()
        .isPresent();
  }

  void setResult(byte[] id, int result) {
    tx.createUpdate("update idempotency_keys set result = :result where id = :id")
        .bind("result", result)
        .bind("id", id)
        .execute();
  }

  void delete(byte[] id) {
    tx.createUpdate("delete from idempotency_keys where id = :id").bind("id", id).execute();
  }

  int deleteUntil(Instant oldest, int limit) {
    return Purge.delete(
        tx, "idempotency_keys", "id", "created_at <= :time order by created_at", oldest, limit);
  }
}
