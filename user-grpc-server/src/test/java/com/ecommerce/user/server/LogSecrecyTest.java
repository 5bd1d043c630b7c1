package com.ecommerce.user.server;

import static com.ecommerce.user.server.testing.Failure.assertFails;
import static com.ecommerce.user.server.testing.Failure.assertInvalid;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.common.v1.PhoneNumber;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.CapturedLog;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.DeleteUserRequest;
import com.ecommerce.user.v1.GetUserByEmailRequest;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.SearchUsersRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserServiceGrpc;
import io.grpc.Status.Code;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is personal or secret stays out of the log, at every level, on the server's own pool. */
@ExtendWith(PostgresExtension.class)
class LogSecrecyTest {
  private static final List<String> SECRETS =
      List.of(
          "ada.byron",
          "ada.king",
          "xkwq-vzpt",
          "bcrypt-sha256",
          "Ondine",
          "Milbanke",
          "2079460958",
          "kept to herself");

  @Test
  void nothingPersonalIsLogged(TestDatabase database) {
    try (var log = new CapturedLog()) {
      var url = DatabaseUrl.parse(database.jdbcUrl());
      try (var pool = DatabasePool.open(url, "users", 10, DatabasePool.WAIT);
          var service = InProcessUserService.builder().dataSource(pool).start()) {
        useEverything(UserServiceGrpc.newBlockingStub(service.channel()), database);
      }

      String text = log.text();
      assertTrue(text.contains("user.v1.UserService/CreateUser OK"), text);
      assertTrue(text.contains("failed unexpectedly"), text);
      SECRETS.forEach(secret -> assertFalse(text.contains(secret), secret + " in: " + text));
    }
  }

  private static void useEverything(
      UserServiceGrpc.UserServiceBlockingStub users, TestDatabase database) {
    var create =
        CreateUserRequest.newBuilder()
            .setEmail("ada.byron@example.com")
            .setPassword("xkwq-vzpt")
            .setFirstName("Ondine")
            .setLastName("Milbanke")
            .setPhone(PhoneNumber.newBuilder().setE164("+442079460958"))
            .build();
    User user = users.createUser(create).getUser();
    assertFails(Code.ALREADY_EXISTS, "EMAIL_TAKEN", () -> users.createUser(create));
    assertInvalid(
        () -> users.createUser(create.toBuilder().setEmail("ada.byron@").build()),
        "email INVALID_EMAIL");
    users.getUserByEmail(GetUserByEmailRequest.newBuilder().setEmail(user.getEmail()).build());
    users.searchUsers(SearchUsersRequest.newBuilder().setQuery("Ondine Milbanke").build());
    users.listUsers(ListUsersRequest.getDefaultInstance());
    var update = UpdateUserRequest.newBuilder().setUserId(user.getId());
    var renamed = User.newBuilder().setEmail("ada.king@example.com");
    users.updateUser(update.setUser(renamed).build());
    // A constraint that nobody foresaw: PostgreSQL's message would show the whole row.
    database.execute("alter table users add constraint unforeseen check (bio = '')");
    renamed.getProfileBuilder().setBio("kept to herself");
    assertFails(
        Code.INTERNAL, "INTERNAL_ERROR", () -> users.updateUser(update.setUser(renamed).build()));
    users.deleteUser(
        DeleteUserRequest.newBuilder()
            .setUserId(user.getId())
            .setReason("kept to herself")
            .build());
  }
}
