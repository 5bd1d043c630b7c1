package com.ecommerce.user.server.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.server.testing.TestRest;
import com.ecommerce.user.server.testing.TestService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests that the same calls over gRPC and REST, on one database, have the same answers. Intended
 * differences are not compared: the spelling of fields and enums, the expectation in the message of
 * a broken rule (which names the transport's fields), the HTTP status in addition to the reason,
 * and that a registration over REST logs in.
 */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ParityTest {
  private static final String PASSWORD = "a long pass phrase";
  private static final String ADMIN = "root@example.org";

  private TestService service;
  private TestRest rest;

  @BeforeAll
  void start(TestDatabase database) throws Exception {
    service = TestService.guardedOn(database);
    rest = TestRest.of(service);
    service
        .core()
        .users()
        .createVerified(
            RequestContext.system(), TestUsers.aUser(ADMIN, "", "", Set.of(Role.ADMIN)));
  }

  @AfterAll
  void stop() {
    rest.close();
    service.close();
  }

  @Test
  void sameStory_sameAnswers() {
    var overGrpc = story("ada.grpc@example.com", new GrpcClient(service), admin(grpc()));
    var overRest = story("ada.rest@example.com", new RestClient(rest.port()), admin(rest()));

    for (int step = 0; step < overGrpc.size(); step++) {
      assertEquals(overGrpc.get(step), overRest.get(step), "step " + step);
    }
    assertEquals(overGrpc.size(), overRest.size());
  }

  @Test
  void whatOneTransportWrites_theOtherReads() {
    var writer = grpc();
    writer.register("writer@example.com", PASSWORD, "Ada", "+14155552671");
    var reader = rest();
    reader.login("writer@example.com", PASSWORD);
    String id = writer.login("writer@example.com", PASSWORD).fact("id");

    assertEquals(writer.user(id), reader.user(id));
    assertEquals("Augusta", reader.rename(id, 1, "Augusta").fact("first_name"));
    assertEquals(writer.user(id), reader.user(id));
    writer.addAddress(id, "1 Rue Cler", "fr", "both");
    assertEquals(writer.addresses(id), reader.addresses(id));
    reader.optIntoPromotions(id);
    assertEquals(writer.preferences(id), reader.preferences(id));
    assertEquals("OK", reader.logout().outcome());
    assertEquals(
        admin(grpc()).listByEmail("pending_verification"),
        admin(rest()).listByEmail("pending_verification"));
  }

  private GrpcClient grpc() {
    return new GrpcClient(service);
  }

  private RestClient rest() {
    return new RestClient(rest.port());
  }

  private static Client admin(Client client) {
    client.login(ADMIN, TestUsers.PASSWORD);
    return client;
  }

  /**
   * Returns the answers of all steps without the parts that must differ: the ids and the email of
   * the person.
   */
  private List<String> story(String email, Client person, Client admin) {
    var steps = new ArrayList<Answer>();
    steps.add(person.register("no-email", "short", "\u0000", "+1"));
    steps.add(person.register(email, PASSWORD, "Ada", "+14155552671"));
    steps.add(person.register(email, PASSWORD, "Ada", "+14155552671"));
    steps.add(person.login(email, "not the pass phrase"));
    var login = person.login(email, PASSWORD);
    steps.add(login);
    String id = login.fact("id");
    steps.addAll(account(person, id));
    steps.addAll(mailbox(person, id, email));
    steps.addAll(passwords(person, id, email));
    steps.addAll(belongings(person, id));
    steps.addAll(staff(person, admin, id));
    return steps.stream()
        .map(
            answer ->
                answer
                    .toString()
                    .replace(email, "EMAIL")
                    .replace(email.substring(0, email.indexOf('@')), "LOCAL-PART")
                    .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID"))
        .toList();
  }

  private List<Answer> account(Client person, String id) {
    return List.of(
        person.user(id),
        person.user(UUID.randomUUID().toString()),
        person.rename(id, 7, "Augusta"),
        person.rename(id, 1, "Augusta"),
        person.rename(id, 2, "x".repeat(151)),
        person.changeBio(id, "Wrote\nprograms."),
        person.changeBio(id, "x".repeat(2_001)),
        person.refresh(),
        person.sessions(id),
        person.listByEmail("active"));
  }

  private List<Answer> mailbox(Client person, String id, String email) {
    var steps = new ArrayList<Answer>();
    steps.add(person.confirmEmail("no-token"));
    steps.add(person.verifyEmail(id));
    steps.add(person.verifyEmail(id));
    String token = service.newestTokenTo(email);
    steps.add(person.confirmEmail(token));
    steps.add(person.confirmEmail(token));
    steps.add(person.verifyEmail(id));
    steps.add(person.changeEmail(id, "new." + email));
    steps.add(person.changeEmail(id, ADMIN));
    steps.add(person.user(id));
    steps.add(person.changeEmail(id, email));
    service.clock().advance(Duration.ofHours(1));
    person.login(email, PASSWORD);
    return steps;
  }

  private List<Answer> passwords(Client person, String id, String email) {
    var steps = new ArrayList<Answer>();
    steps.add(person.changePassword(id, "not the pass phrase", "another pass phrase"));
    steps.add(person.changePassword(id, PASSWORD, "password"));
    steps.add(person.changePassword(id, PASSWORD, PASSWORD));
    steps.add(person.changePassword(id, PASSWORD, "another pass phrase"));
    steps.add(person.requestReset(email));
    steps.add(person.requestReset("nobody@example.com"));
    String token = service.newestTokenTo(email);
    steps.add(person.reset(token, "short"));
    steps.add(person.reset(token, PASSWORD));
    steps.add(person.reset(token, "one more pass phrase"));
    steps.add(person.user(id));
    steps.add(person.login(email, PASSWORD));
    return steps;
  }

  private static List<Answer> belongings(Client person, String id) {
    var steps = new ArrayList<Answer>();
    steps.add(person.addAddress(id, "", "xx", "shipping"));
    var home = person.addAddress(id, "1 Rue Cler", "fr", "both");
    var office = person.addAddress(id, "2 Rue Cler", "FR", "billing");
    steps.add(home);
    steps.add(office);
    steps.add(person.setDefault(id, office.fact("id"), "shipping"));
    steps.add(person.setDefault(id, office.fact("id"), "billing"));
    steps.add(person.setDefault(id, UUID.randomUUID().toString(), "billing"));
    steps.add(person.addresses(id));
    steps.add(person.preferences(id));
    steps.add(person.optIntoPromotions(id));
    return steps;
  }

  private static List<Answer> staff(Client person, Client admin, String id) {
    var steps = new ArrayList<Answer>();
    steps.add(admin.search("augusta"));
    steps.add(admin.listByEmail("active"));
    steps.add(person.reactivate(id));
    steps.add(person.deactivate(id));
    steps.add(person.user(id));
    steps.add(admin.deactivate(id));
    steps.add(admin.reactivate(id));
    steps.add(admin.delete(id));
    steps.add(admin.delete(id));
    steps.add(admin.user("no-uuid"));
    return steps;
  }
}
