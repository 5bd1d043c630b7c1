package com.ecommerce.user.core.event;

import java.util.UUID;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

interface EventDao {
  /**
   * One row for each place of the arrays.
   *
   * @param fields the names of one row's fields, with commas between them
   */
  @SqlUpdate(
      """
      insert into events (id, occurred_at, actor, type, user_id, object_id, reason, fields)
      select id, occurred_at, actor, type, user_id, object_id, reason, string_to_array(fields, ',')
      from unnest(:ids, :times::timestamptz[], :actors, :types, :users, :objects, :reasons, :fields)
        as entry (id, occurred_at, actor, type, user_id, object_id, reason, fields)
      """)
  void insert(
      UUID[] ids,
      String[] times,
      String[] actors,
      String[] types,
      UUID[] users,
      UUID[] objects,
      String[] reasons,
      String[] fields);
}
