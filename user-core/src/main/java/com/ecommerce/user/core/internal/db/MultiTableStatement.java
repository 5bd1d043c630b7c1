package com.ecommerce.user.core.internal.db;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/**
 * A multi-table insert: the changes that several features make to their own tables, in one
 * statement and therefore one round trip. Not thread-safe.
 *
 * <p>The parts are data-modifying queries of a {@code with} clause (PostgreSQL's manual,
 * "Data-Modifying Statements in WITH"), whose rules are the limits of this class: the order of
 * execution is undefined, and no part sees the changes that others make to tables, because all have
 * the same snapshot. A part can read the rows that an earlier part returns. Foreign keys between
 * rows of different parts are allowed, because they are checked at the end of the statement. No two
 * parts may change the same row. For example, a user with an event becomes
 *
 * <pre>{@code
 * with part1 as (insert into events (...) values (...))
 * insert into users (...) values (...)
 * }</pre>
 */
public final class MultiTableStatement {
  private final Handle tx;
  private final List<String> parts = new ArrayList<>();
  private final List<Consumer<Update>> bindings = new ArrayList<>();

  public MultiTableStatement(Handle tx) {
    this.tx = tx;
  }

  /**
   * Returns the transaction in which it will run, for example to register actions after the commit.
   */
  public Handle tx() {
    return tx;
  }

  /**
   * Adds a part.
   *
   * @param sql an insert, update or delete
   * @param binding binds its parameters, whose names must be unique in the whole statement
   * @return the name by which later parts can read the rows that it returns; parts cannot read the
   *     rows of the first one
   */
  public String add(String sql, Consumer<Update> binding) {
    parts.add(sql);
    bindings.add(binding);
    return name(parts.size() - 1);
  }

  private static String name(int index) {
    return "part" + index;
  }

  /** Runs all parts. */
  public void execute() {
    var update = tx.createUpdate(sql());
    bindings.forEach(binding -> binding.accept(update));
    update.execute();
  }

  private String sql() {
    var sql = new StringBuilder();
    for (int i = 1; i < parts.size(); i++) {
      sql.append(i == 1 ? "with " : ", ").append(name(i));
      sql.append(" as (").append(parts.get(i)).append(")\n");
    }
    return sql.append(parts.get(0)).toString();
  }
}
