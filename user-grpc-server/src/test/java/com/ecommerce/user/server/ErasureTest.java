package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.common.v1.Address;
import com.ecommerce.common.v1.PhoneNumber;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.webhook.WebhookAnswer;
import com.ecommerce.user.core.webhook.WebhookSettings;
import com.ecommerce.user.server.config.DatabaseUrl;
import com.ecommerce.user.server.database.DatabasePool;
import com.ecommerce.user.server.intercept.IdempotencyInterceptor;
import com.ecommerce.user.server.mail.FileMailTransport;
import com.ecommerce.user.server.testing.CapturedLog;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.AddUserAddressRequest;
import com.ecommerce.user.v1.AddressType;
import com.ecommerce.user.v1.DeleteUserRequest;
import com.ecommerce.user.v1.EmailPreferences;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.RequestPasswordResetRequest;
import com.ecommerce.user.v1.UpdateUserPreferencesRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserAddress;
import com.ecommerce.user.v1.UserPreferences;
import com.ecommerce.user.v1.UserProfile;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that the deletion of a user leaves no personal data in any table, mail file or log line,
 * and that a receipt of it stays.
 */
@ExtendWith(PostgresExtension.class)
class ErasureTest {
  /** Texts that occur in the person's data only, in lower case. */
  private static final List<String> MARKS =
      List.of(
          "quixandra",
          "vandermolen",
          "zephyrine",
          "2079461234",
          "orchids",
          "blauwgras",
          "portrait",
          "typewriter");

  @TempDir private Path mails;

  @Test
  void deleteUser_leavesNothingOfThePerson_butAReceipt(TestDatabase database) throws Exception {
    try (var log = new CapturedLog()) {
      String id;
      var url = DatabaseUrl.parse(database.jdbcUrl());
      try (var pool = DatabasePool.open(url, "users", 10, DatabasePool.WAIT);
          var service =
              TestService.on(
                  pool,
                  core ->
                      core.mailTransport(new FileMailTransport(mails))
                          .webhookTransport(
                              message -> WebhookAnswer.of(500), URI.create("/user-service")))) {
        service
            .core()
            .webhooks()
            .create(
                RequestContext.system(),
                new WebhookSettings(URI.create("https://shop.example"), Set.of(), ""));
        id = live(service).getId();
        assertEquals(List.of(), missing(traces(database)));

        service
            .users()
            .deleteUser(DeleteUserRequest.newBuilder().setUserId(id).setReason("asked").build());
        // Afterwards, others look for the person.
        Assertions.assertThrows(
            StatusRuntimeException.class, () -> logIn(service, "quixandra@vandermolen.example"));
        reset(service, "quixandra@vandermolen.example");
        service.mails();
        service.core().purge();
      }

      assertEquals(List.of(), traces(database));
      assertTrue(log.text().contains("DeleteUser OK"));
      MARKS.forEach(mark -> assertFalse(log.text().toLowerCase(Locale.ROOT).contains(mark), mark));
      var receipt =
          database
              .query(
                  "select fields from events where user_id = ? and type = 'user.deleted'",
                  UUID.fromString(id))
              .get(0);
      assertEquals(
          List.of(
              "account",
              "password",
              "addresses",
              "preferences",
              "sessions",
              "sign_in_origins",
              "links",
              "mails"),
          Arrays.asList((Object[]) ((Array) receipt.get("fields")).getArray()));
    }
  }

  /** Leaves personal data in as many places as a person can. */
  private static User live(TestService service) {
    var users = service.users();
    var user =
        service.create(
            TestService.aRequest("quixandra@vandermolen.example")
                .setPassword("typewriter ribbon 7")
                .setFirstName("Quixandra")
                .setLastName("Vandermolen")
                .setPhone(PhoneNumber.newBuilder().setE164("+442079461234")));
    service.update(
        user,
        User.newBuilder()
            .setAvatarUrl("https://example.com/portrait.png")
            .setDisplayName("Zephyrine")
            .setProfile(UserProfile.newBuilder().setBio("grows orchids")),
        "avatar_url",
        "display_name",
        "profile.bio");
    users.addUserAddress(
        AddUserAddressRequest.newBuilder()
            .setUserId(user.getId())
            .setAddress(
                UserAddress.newBuilder()
                    .setType(AddressType.ADDRESS_TYPE_BOTH)
                    .setAddress(
                        Address.newBuilder()
                            .setLine1("1 Blauwgras")
                            .setCity("Delft")
                            .setCountryCode("NL")))
            .build());
    users.updateUserPreferences(
        UpdateUserPreferencesRequest.newBuilder()
            .setUserId(user.getId())
            .setPreferences(
                UserPreferences.newBuilder()
                    .setEmail(EmailPreferences.newBuilder().setPromotions(true)))
            .build());
    repeat(service, user);
    logIn(service, "quixandra@vandermolen.example");
    Assertions.assertThrows(
        StatusRuntimeException.class,
        () ->
            service
                .auth()
                .login(
                    LoginRequest.newBuilder()
                        .setEmail("quixandra@vandermolen.example")
                        .setPassword("wrong typewriter")
                        .build()));
    reset(service, "quixandra@vandermolen.example");
    service.mails();
    // The change of the email is pending, and a last reset is never sent.
    service.update(user, User.newBuilder().setEmail("zephyrine@vandermolen.example"), "email");
    service.mails();
    reset(service, "quixandra@vandermolen.example");
    return user;
  }

  /** Makes a change and a call that fails, both with an idempotency key that is personal data. */
  private static void repeat(TestService service, User user) {
    var key = new Metadata();
    key.put(IdempotencyInterceptor.KEY, "for quixandra@vandermolen.example");
    var users = service.users().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(key));
    var values = User.newBuilder().setFirstName("Quixandra").setLastName("van der Molen");
    users.updateUser(TestService.anUpdate(user, values, "first_name", "last_name").build());
    Assertions.assertThrows(
        StatusRuntimeException.class,
        () -> users.createUser(TestService.aRequest(user.getEmail()).build()));
    service.update(user, User.newBuilder().setLastName("Vandermolen"), "last_name");
  }

  private static void logIn(TestService service, String email) {
    service
        .auth()
        .login(
            LoginRequest.newBuilder()
                .setEmail(email)
                .setPassword("typewriter ribbon 7")
                .setDeviceName("Phone of Quixandra")
                .build());
  }

  private static void reset(TestService service, String email) {
    service
        .users()
        .requestPasswordReset(RequestPasswordResetRequest.newBuilder().setEmail(email).build());
  }

  /** Returns each mark that is found, with its place: a table or a mail file. */
  private List<String> traces(TestDatabase database) throws IOException {
    List<String> traces = new ArrayList<>();
    var tables =
        database.query(
            "select quote_ident(tablename) as name from pg_tables where schemaname = 'public'");
    assertTrue(tables.size() > 10, tables.toString());
    for (var table : tables) {
      for (String mark : MARKS) {
        String sql = "select 1 from %s as r where lower(r::text) like '%%' || ? || '%%'";
        if (!database.query(String.format(Locale.ROOT, sql, table.get("name")), mark).isEmpty()) {
          traces.add(mark + " in " + table.get("name"));
        }
      }
    }
    try (var files = Files.list(mails)) {
      for (Path file : files.toList()) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        MARKS.stream()
            .filter(text::contains)
            .forEach(mark -> traces.add(mark + " in " + file.getFileName()));
      }
    }
    return traces;
  }

  /** Returns the places without any trace, in which the test would look in vain. */
  private static List<String> missing(List<String> traces) {
    return List.of(
            "users", "user_directory", "addresses", "sessions", "tokens", "mail_outbox", ".eml")
        .stream()
        .filter(place -> traces.stream().noneMatch(trace -> trace.contains(place)))
        .toList();
  }
}
