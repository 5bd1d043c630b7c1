package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserRole;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import com.ecommerce.user.v1.UserStatus;
import com.google.protobuf.FieldMask;
import io.grpc.Status.Code;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests REGISTRATION_HIDES_ACCOUNTS, and probes with UpdateUser, with the production interceptors.
 */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HiddenAccountsGrpcTest {
  private TestService hiding;
  private TestService trusting;
  private UserServiceBlockingStub admin;
  private UserServiceBlockingStub service;

  @BeforeAll
  void start(TestDatabase database) {
    hiding = TestService.guardedOn(database, core -> core.hidesAccounts(true));
    trusting = TestService.on(database, core -> core.hidesAccounts(true));
    admin = asUser("admin@example.com", Role.ADMIN);
    var clients = hiding.core().serviceClients();
    var client = clients.create(RequestContext.system(), "orders");
    String id = client.client().id().toString();
    service =
        TestService.with(
            clients.issueToken(RequestContext.system(), id, client.secret()).accessToken(),
            hiding.users());
    trusting.create("taken@example.com");
  }

  @AfterAll
  void stop() {
    trusting.close();
    hiding.close();
  }

  private UserServiceBlockingStub asUser(String email, Role... roles) {
    var core = hiding.core();
    var user =
        core.users()
            .createVerified(
                RequestContext.system(), TestUsers.aUser(email, "Ada", "Lovelace", Set.of(roles)));
    var signedIn = core.sessions().signIn(RequestContext.system(), user.id(), "");
    return TestService.with(signedIn.tokens().accessToken(), hiding.users());
  }

  private static User create(UserServiceBlockingStub by, CreateUserRequest.Builder request) {
    return by.createUser(request.build()).getUser();
  }

  @Test
  void createUser_byCallersWithoutRights_answersWhatWasSent() {
    var customer = asUser("customer@example.com", Role.CUSTOMER);
    for (var caller : List.of(hiding.users(), customer)) {
      String free = "free" + (caller == customer) + "@example.com";

      var ofFree = create(caller, TestService.aRequest(free));
      var ofTaken = create(caller, TestService.aRequest("taken@example.com"));

      var expected =
          User.newBuilder()
              .setDisplayName("taken")
              .setEmail("taken@example.com")
              .setFirstName("Ada")
              .setLastName("Lovelace")
              .setStatus(UserStatus.USER_STATUS_PENDING_VERIFICATION)
              .addRoles(UserRole.USER_ROLE_CUSTOMER)
              .build();
      assertEquals(expected, ofTaken);
      assertEquals(
          expected,
          ofFree.toBuilder().setEmail("taken@example.com").setDisplayName("taken").build());
    }
  }

  @Test
  void createUser_byCallersWithRights_answersAsEver() {
    for (var caller : List.of(admin, service, trusting.users())) {
      assertFails(
          Code.ALREADY_EXISTS,
          "EMAIL_TAKEN",
          () -> create(caller, TestService.aRequest("taken@example.com")));
    }
    assertTrue(create(service, TestService.aRequest("served@example.com")).getId().length() > 0);
  }

  @Test
  void updateUser_byASessionOfAVerifiedUser_answersAsForAFreeEmail() {
    var prober = asUser("prober@example.com", Role.CUSTOMER);
    String id =
        hiding
            .core()
            .users()
            .getByEmail(
                RequestContext.system(),
                com.ecommerce.user.core.account.Email.parse("prober@example.com"))
            .id()
            .toString();
    var change =
        UpdateUserRequest.newBuilder()
            .setUserId(id)
            .setUser(User.newBuilder().setEmail("taken@example.com"))
            .setUpdateMask(FieldMask.newBuilder().addPaths("email"))
            .build();

    for (var trusted : List.of(admin, service, trusting.users())) {
      assertFails(Code.ALREADY_EXISTS, "EMAIL_TAKEN", () -> trusted.updateUser(change));
    }
    assertEquals("taken@example.com", prober.updateUser(change).getUser().getPendingEmail());
  }
}
