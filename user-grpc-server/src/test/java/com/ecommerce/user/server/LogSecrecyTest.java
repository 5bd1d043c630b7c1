package com.ecommerce.user.server;

import static com.ecommerce.user.server.testing.Failure.assertFails;
import static com.ecommerce.user.server.testing.Failure.assertInvalid;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.common.v1.Address;
import com.ecommerce.common.v1.PhoneNumber;
import com.ecommerce.user.core.testing.FreePorts;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestMailbox;
import com.ecommerce.user.server.config.DatabaseUrl;
import com.ecommerce.user.server.config.SmtpUrl;
import com.ecommerce.user.server.database.DatabasePool;
import com.ecommerce.user.server.mail.SmtpMailTransport;
import com.ecommerce.user.server.testing.CapturedLog;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.AddUserAddressRequest;
import com.ecommerce.user.v1.AddressType;
import com.ecommerce.user.v1.ChangePasswordRequest;
import com.ecommerce.user.v1.ConfirmEmailVerificationRequest;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.DeleteUserRequest;
import com.ecommerce.user.v1.GetUserByEmailRequest;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.RequestPasswordResetRequest;
import com.ecommerce.user.v1.ResetPasswordRequest;
import com.ecommerce.user.v1.SearchUsersRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserAddress;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.VerifyEmailRequest;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests that personal and secret data stays out of the log, at every level, on the server's own
 * pool.
 */
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
  void personalData_isNotLogged(TestDatabase database) {
    try (var log = new CapturedLog()) {
      var url = DatabaseUrl.parse(database.jdbcUrl());
      try (var pool = DatabasePool.open(url, "users", 10, DatabasePool.WAIT);
          var service = TestService.on(pool, core -> core)) {
        useEverything(service.users(), database);
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
    // This constraint is unknown to the service. PostgreSQL's message would contain the whole row.
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

  @Test
  void addressesPasswordsAndMails_areNotLogged(TestDatabase database) throws Exception {
    Set<String> secrets = new TreeSet<>(SECRETS);
    try (var log = new CapturedLog()) {
      var url = DatabaseUrl.parse(database.jdbcUrl());
      try (var pool = DatabasePool.open(url, "users", 10, DatabasePool.WAIT);
          var service = TestService.on(pool, core -> core)) {
        var users = service.users();
        secrets.addAll(new CredentialStory(users, database, service).tell());
      }
      try (var pool = DatabasePool.open(url, "users", 10, DatabasePool.WAIT);
          var service = withDeadMailServer(pool)) {
        var users = service.users();
        users.createUser(TestService.aRequest("ada.unreached@example.com").build());
        service.core().mailDelivery().orElseThrow().sendDue();
      }

      String text = log.text();
      for (String expected :
          List.of("ResetPassword OK", "ChangePassword INVALID_ARGUMENT", "was not sent")) {
        assertTrue(text.contains(expected), expected + " in: " + text);
      }
      secrets.forEach(secret -> assertFalse(text.contains(secret), secret + " in: " + text));
    }
  }

  private static TestService withDeadMailServer(DataSource pool) {
    int deadPort = FreePorts.next();
    var smtp = SmtpUrl.parse("smtp://ada.login:hunter2@127.0.0.1:" + deadPort);
    return TestService.on(pool, core -> core.mailTransport(new SmtpMailTransport(smtp)));
  }

  /**
   * Makes calls about a user's addresses, verification, change of email and passwords, some of
   * which fail.
   */
  private record CredentialStory(
      UserServiceGrpc.UserServiceBlockingStub users, TestDatabase database, TestService service) {
    /** Makes the calls, and returns all secrets that they used. */
    List<String> tell() {
      User user =
          users
              .createUser(
                  TestService.aRequest("ada.noel@example.com")
                      .setPassword("xkwq-vzpt")
                      .setFirstName("Ondine")
                      .build())
              .getUser();
      var verify = VerifyEmailRequest.newBuilder().setUserId(user.getId()).build();
      users.verifyEmail(verify);
      assertFails(Code.RESOURCE_EXHAUSTED, "RATE_LIMITED", () -> users.verifyEmail(verify));
      String verification = newestTokenTo("ada.noel@example.com");
      confirm(verification);
      confirm(verification);
      users.updateUser(
          UpdateUserRequest.newBuilder()
              .setUserId(user.getId())
              .setUser(User.newBuilder().setEmail("ada.gordon@example.com"))
              .build());
      String change = newestTokenTo("ada.gordon@example.com");
      confirm(change);
      assertFails(Code.INVALID_ARGUMENT, "TOKEN_INVALID", () -> confirm("Zm9yZ2VkLXRva2Vu"));
      String reset = changeAndResetPassword(user);
      keepAnAddress(user);
      List<String> secrets = new ArrayList<>(List.of(verification, change, reset));
      secrets.addAll(List.of("Zm9yZ2VkLXRva2Vu", "hunter2", "ada.", "seasalt", "Rue Cler"));
      return secrets;
    }

    private String newestTokenTo(String recipient) {
      var mails = service.mails();
      return mails.stream()
          .filter(mail -> mail.recipient().address().equals(recipient))
          .filter(mail -> mail.text().contains("token="))
          .reduce((older, newer) -> newer)
          .map(TestMailbox::tokenIn)
          .orElseThrow();
    }

    private void confirm(String token) {
      users.confirmEmailVerification(
          ConfirmEmailVerificationRequest.newBuilder().setToken(token).build());
    }

    private String changeAndResetPassword(User user) {
      database.execute(
          "update credentials set password_hash = ? where user_id = ?",
          "pbkdf2_sha256$1000$seasalt$malformed",
          UUID.fromString(user.getId()));
      var wrong =
          ChangePasswordRequest.newBuilder()
              .setUserId(user.getId())
              .setCurrentPassword("xkwq-vzpt-wrong")
              .setNewPassword("xkwq-vzpt-next");
      assertFails(
          Code.INVALID_ARGUMENT, "PASSWORD_MISMATCH", () -> users.changePassword(wrong.build()));
      users.requestPasswordReset(
          RequestPasswordResetRequest.newBuilder().setEmail("ada.gordon@example.com").build());
      String token = newestTokenTo("ada.gordon@example.com");
      var reset = ResetPasswordRequest.newBuilder().setToken(token);
      assertInvalid(
          () -> users.resetPassword(reset.setNewPassword("xkwq").build()),
          "new_password TOO_SHORT");
      users.resetPassword(reset.setNewPassword("xkwq-vzpt-reset").build());
      users.changePassword(wrong.setCurrentPassword("xkwq-vzpt-reset").build());
      return token;
    }

    private void keepAnAddress(User user) {
      var address =
          UserAddress.newBuilder()
              .setType(AddressType.ADDRESS_TYPE_BOTH)
              .setLabel("kept to herself")
              .setAddress(
                  Address.newBuilder()
                      .setLine1("12 Rue Cler")
                      .setCity("Paris")
                      .setCountryCode("FR"));
      var request = AddUserAddressRequest.newBuilder().setUserId(user.getId());
      users.addUserAddress(request.setAddress(address).build());
      assertInvalid(
          () -> users.addUserAddress(request.setAddress(address.setTypeValue(9)).build()),
          "address.type UNKNOWN_VALUE");
      database.execute(
          "alter table addresses add constraint unforeseen check (label = '') not valid");
      assertFails(
          Code.INTERNAL,
          "INTERNAL_ERROR",
          () ->
              users.addUserAddress(
                  request.setAddress(address.setType(AddressType.ADDRESS_TYPE_BOTH)).build()));
    }
  }
}
