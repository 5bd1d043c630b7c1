package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two admins who take away each other's access through the console at the same time. */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
class ConsoleLastAdminTest {
  private static final String ACTIVE_ADMINS =
      "select id from users where roles @> array['ADMIN'] and status = 'ACTIVE'";

  private record Admin(User user, Browser browser) {
    static Admin of(RestFixture fixture) {
      String email = "admin-" + UUID.randomUUID() + "@example.com";
      var newUser = TestUsers.aUser(email, "Ada", "Lovelace", Set.of(Role.ADMIN));
      var user = fixture.core().users().createVerified(RequestContext.system(), newUser);
      var browser = new Browser(fixture);
      browser.submit("/console/sign-in", "email", email, "password", TestUsers.PASSWORD).as(200);
      return new Admin(user, browser);
    }

    CompletableFuture<RestClient.Answer> act(String form, Admin other) {
      String[] fields =
          Arrays.stream(form.split("[ =]"))
              .skip(1)
              .map(text -> text.equals("EMAIL") ? other.user.email().address() : text)
              .map(text -> text.equals("ID") ? other.user.id().toString() : text)
              .toArray(String[]::new);
      String path = form.split(" ")[0].replace("USER", "users/" + other.user.id());
      return CompletableFuture.supplyAsync(() -> browser.submit("/console/" + path, fields));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "USER/roles role_customer=on",
        "USER/status change=suspend",
        "USER/status change=ban",
        "USER/status change=deactivate",
        "USER/delete email=EMAIL",
        "bulk/run action=ban for_admins=yes users=ID",
        "bulk/run action=delete for_admins=yes users=ID typed=1"
      })
  void actionsOfBothAdmins_leaveOne(String form, TestDatabase database) throws SQLException {
    database.execute("update users set roles = array['CUSTOMER'] where roles @> array['ADMIN']");
    try (var one = RestFixture.on(database, ConsoleTest.PAGES);
        var two = RestFixture.on(database, ConsoleTest.PAGES);
        var lock = AdminLock.hold(database)) {
      var first = Admin.of(one);
      var second = Admin.of(two);
      // A closed account does not count.
      var closed = Admin.of(one).user();
      database.execute("update users set status = 'BANNED' where id = ?", closed.id().value());
      var answers = List.of(first.act(form, second), second.act(form, first));
      lock.releaseTo(2);

      var pages = answers.stream().map(CompletableFuture::join).toList();

      assertEquals(1, database.query(ACTIVE_ADMINS).size());
      assertEquals(
          1,
          pages.stream()
              .filter(
                  page ->
                      page.text().contains("This is the only active admin")
                          || page.text().contains("Last admin"))
              .count(),
          () -> pages.get(0).text() + pages.get(1).text());
    }
  }
}
