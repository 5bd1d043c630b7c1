package com.ecommerce.user.core.event;

import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

interface EventDao {
  @SqlUpdate(
      """
      insert into events (id, occurred_at, actor, type, user_id, object_id, reason, fields)
      values (:id, :occurredAt, :actor, :type, :userId, :objectId, :reason, :fields)
      """)
  void insert(
      UUID id,
      Instant occurredAt,
      String actor,
      String type,
      UUID userId,
      UUID objectId,
      String reason,
      String[] fields);
}
