package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The link of the start log that creates the first admin. */
@ExtendWith(PostgresExtension.class)
class ConsoleSetupTest {
  private static final String LINK = "/console/setup/setup-key";

  @Test
  void link_createsTheFirstAdminOnce(TestDatabase database) {
    try (var fixture = RestFixture.on(database, ConsoleTest.PAGES)) {
      var browser = new Browser(fixture);
      browser.get("/console/setup/another-key").as(404);
      browser.submit("/console/setup/another-key", "email", "eve@example.com").as(404);
      assertTrue(browser.get(LINK).as(200).text().contains("Create the first admin"));
      var weak = browser.submit(LINK, "email", "admin@example.com", "password", "password").as(400);
      assertTrue(weak.text().contains("most common passwords"), weak.text());
      fixture
          .client()
          .with("Sec-Fetch-Site", "cross-site")
          .submit(LINK, "email=eve@example.com&password=" + "x".repeat(20))
          .as(403);

      var console =
          browser.submit(LINK, "email", "admin@example.com", "password", TestUsers.PASSWORD);

      assertTrue(console.as(200).text().contains("Overview"), console.text());
      var call = RequestContext.system();
      var admin = fixture.core().users().getByEmail(call, Email.parse("admin@example.com"));
      assertEquals(Set.of(Role.ADMIN), admin.roles());
      assertEquals("system", admin.audit().createdBy());
      var other = new Browser(fixture);
      assertTrue(other.get(LINK).as(409).text().contains("There is an admin already"));
      other.submit(LINK, "email", "eve@example.com", "password", TestUsers.PASSWORD).as(409);
      other
          .submit("/console/sign-in", "email", "eve@example.com", "password", TestUsers.PASSWORD)
          .as(401);

      var customer = UserPatch.builder().roles(Set.of(Role.CUSTOMER)).build();
      fixture.core().users().update(call, admin.id(), customer);

      other.get(LINK).as(409);
      other.submit(LINK, "email", "eve@example.com", "password", TestUsers.PASSWORD).as(409);
    }
  }

  @Test
  @Timeout(60)
  void link_onTwoInstancesAtOnce_createsOneAdmin(TestDatabase database) throws SQLException {
    try (var one = RestFixture.on(database, ConsoleTest.PAGES);
        var two = RestFixture.on(database, ConsoleTest.PAGES);
        var lock = AdminLock.hold(database)) {
      var first = submit(one, "first@example.com");
      var second = submit(two, "second@example.com");
      lock.releaseTo(2);

      var statuses = Set.of(first.join().status(), second.join().status());

      assertEquals(Set.of(303, 409), statuses);
      var admins = database.query("select id from users where roles @> array['ADMIN']");
      assertEquals(1, admins.size());
      var customer = UserPatch.builder().roles(Set.of(Role.CUSTOMER)).build();
      var admin = UserId.parse(admins.get(0).get("id").toString());
      one.core().users().update(RequestContext.system(), admin, customer);
    }
  }

  private static CompletableFuture<RestClient.Answer> submit(RestFixture fixture, String email) {
    var client = fixture.client().with("Sec-Fetch-Site", "same-origin");
    String form = "email=" + email + "&password=" + TestUsers.PASSWORD.replace(" ", "+");
    return CompletableFuture.supplyAsync(() -> client.submit(LINK, form));
  }

  @Test
  void link_staysUsedOnceItSawAnAdmin(TestDatabase database) {
    try (var fixture = RestFixture.on(database, ConsoleTest.PAGES)) {
      var browser = new Browser(fixture);
      var admin = fixture.member(Role.ADMIN).user();
      browser.get(LINK).as(409);
      var customer = UserPatch.builder().roles(Set.of(Role.CUSTOMER)).build();
      fixture.core().users().update(RequestContext.system(), admin.id(), customer);

      browser.get(LINK).as(409);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1", "Via: 1.1 x"})
  void link_throughAProxyFindsNothing(String header, TestDatabase database) {
    String[] parts = header.split(": ");
    try (var fixture = RestFixture.on(database, ConsoleTest.PAGES)) {
      var proxied = fixture.client().with("Sec-Fetch-Site", "same-origin").with(parts[0], parts[1]);

      proxied.get(LINK).as(404);
      proxied.submit(LINK, "email=eve@example.com&password=" + TestUsers.PASSWORD).as(404);
    }
  }
}
