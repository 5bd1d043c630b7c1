package com.ecommerce.user.core.internal.db;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class DatabaseIsolationTest {
  @Test
  void readSnapshot_seesOneState_andLeavesNothingToTheNextTransaction(TestDatabase database) {
    database.execute("create table marks (id int)");
    try (var pool = database.pool(1)) {
      var alone = new Database(pool);

      assertEquals(
          List.of(0, 0), alone.readSnapshot(RequestContext.system(), tx -> count(database, tx)));
      assertEquals(
          List.of(1, 2), alone.inTransaction(RequestContext.system(), tx -> count(database, tx)));
    }
  }

  /** Returns the numbers of rows before and after another session adds one. */
  private static List<Integer> count(TestDatabase database, Handle tx) {
    int before = count(tx);
    database.execute("insert into marks values (1)");
    return List.of(before, count(tx));
  }

  private static int count(Handle tx) {
    return tx.createQuery("select count(*) from marks").mapTo(int.class).one();
  }
}
