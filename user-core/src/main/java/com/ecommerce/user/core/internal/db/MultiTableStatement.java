package com.ecommerce.user.core.internal.db;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/**
 * Changes that several features make to tables of their own, in one statement: the database is
 * asked once, not once for each. The first runs first, the others in no order. None of them sees
 * the changes of the others to tables, but each may read the rows that an earlier one returns.
 * Foreign keys between their rows are checked when all are done. Not thread-safe.
 */
public final class MultiTableStatement {
  private final Handle tx;
  private final List<String> parts = new ArrayList<>();
  private final List<Consumer<Update>> bindings = new ArrayList<>();

  public MultiTableStatement(Handle tx) {
    this.tx = tx;
  }

  /** The transaction that it will run in, for what is to happen after the commit. */
  public Handle tx() {
    return tx;
  }

  /**
   * Adds a part.
   *
   * @param sql an insert, update or delete
   * @param binding gives it its parameters; no other part has any of the same name
   * @return the name by which later parts read the rows that it returns; the first part has none
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
