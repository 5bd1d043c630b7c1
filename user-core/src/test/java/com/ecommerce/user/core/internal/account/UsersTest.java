package com.ecommerce.user.core.internal.account;

import static com.ecommerce.user.core.testing.Refusals.violationsOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.NewUser;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests creating, reading and changing users. */
class UsersTest extends UsersTesting {
  @Test
  void create_returnsTheUserThatGetReturns() {
    User created = users.create(CALL, TestUsers.aUser("create@example.com", "Ada", "Lovelace"));

    assertEquals(created, users.get(CALL, created.id()));
    assertEquals(created, users.getByEmail(CALL, Email.parse("Create@Example.COM")));
    assertEquals("create", created.displayName());
    assertEquals(UserStatus.PENDING_VERIFICATION, created.status());
    assertEquals(Set.of(Role.CUSTOMER), created.roles());
    assertEquals(1, created.audit().version());
    assertEquals("tester", created.audit().createdBy());
    assertEquals(7, created.id().value().version());
    assertEquals(List.of("user.created"), eventsOf(created.id()));
  }

  @Test
  void create_keepsThePasswordOnlyAsAHash() {
    User created = users.create(CALL, TestUsers.aUser("hash@example.com"));

    var rows =
        database.query(
            "select password_hash from credentials where user_id = ?", created.id().value());

    assertTrue(rows.get(0).get("password_hash").toString().startsWith("$bcrypt-sha256$"));
  }

  @Test
  void create_rejectsTakenEmailInAnyCaseAndLeavesNothing() {
    users.create(CALL, TestUsers.aUser("taken@example.com"));
    var before = rowsOfCreations();

    var failure = failureOf(() -> users.create(CALL, TestUsers.aUser("TAKEN@example.com")));

    assertEquals(ErrorReason.EMAIL_TAKEN, failure.reason());
    assertEquals("user", failure.resource().orElseThrow().type());
    assertEquals(before, rowsOfCreations());
  }

  private List<Map<String, Object>> rowsOfCreations() {
    return database.query(
        """
        select (select count(*) from users) as users, (select count(*) from credentials) as credentials,
          (select count(*) from events) as events, (select count(*) from tokens) as tokens,
          (select count(*) from mail_outbox) as mails
        """);
  }

  @Test
  void create_rejectsPasswordThatBreaksThePolicyAndLeavesNothing() {
    var weak = NewUser.builder().email("weak@example.com").password("password");

    var failure = failureOf(() -> users.create(CALL, weak.build()));

    assertEquals("password", failure.violations().get(0).field());
    assertEquals("COMMON_PASSWORD", failure.violations().get(0).rule());
    assertEquals(0, database.query("select 1 from users where email = 'weak@example.com'").size());
  }

  @Test
  void create_atTheSameTime_letsExactlyOneHaveTheEmail() {
    var attempts =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    users
                        .createAsync(CALL, TestUsers.aUser("race@example.com"))
                        .toCompletableFuture())
            .toList();

    long created = attempts.stream().filter(UsersTest::succeeds).count();

    assertEquals(1, created);
    assertEquals(1, database.query("select 1 from users where email = 'race@example.com'").size());
  }

  private static boolean succeeds(CompletableFuture<?> attempt) {
    try {
      attempt.join();
      return true;
    } catch (CompletionException failed) {
      assertEquals(ErrorReason.EMAIL_TAKEN, ((UserServiceException) failed.getCause()).reason());
      return false;
    }
  }

  @Test
  void get_unknownIsNotFound() {
    var id = new UserId(UUID.randomUUID());

    var failure = failureOf(() -> users.get(CALL, id));

    assertEquals(ErrorReason.USER_NOT_FOUND, failure.reason());
    assertEquals(id.toString(), failure.resource().orElseThrow().name());
  }

  @Test
  void update_setsOnlyWhatThePatchNames() {
    User user = users.create(CALL, TestUsers.aUser("patch@example.com", "Ada", "Lovelace"));
    testCore.clock().advance(Duration.ofSeconds(1));
    var patch =
        UserPatch.builder()
            .firstName("Augusta")
            .phone(Optional.of(PhoneNumber.parse("+14155552671")))
            .profile(
                profile ->
                    profile
                        .bio("Wrote the first program.")
                        .dateOfBirth(Optional.of(LocalDate.of(1915, 12, 10)))
                        .socialLinks(
                            Map.of(
                                "web", "https://example.com", "blog", "https://blog.example.com")))
            .build();

    User updated = users.update(CALL, user.id(), patch);

    assertEquals(updated, users.get(CALL, user.id()));
    assertEquals("Augusta", updated.firstName());
    assertEquals("Lovelace", updated.lastName());
    assertEquals("Wrote the first program.", updated.profile().bio());
    assertEquals(2, updated.audit().version());
    assertTrue(updated.audit().updatedAt().isAfter(updated.audit().createdAt()));
    assertEquals(
        List.of(
            "first_name", "phone", "profile.bio", "profile.date_of_birth", "profile.social_links"),
        fieldsOfLastEvent(user.id()));
  }

  @Test
  void update_refusesDateOfBirthThatIsNotPastOnTheServicesClock() {
    User user = users.create(CALL, TestUsers.aUser("unborn@example.com"));
    var today = LocalDate.ofInstant(testCore.clock().instant(), ZoneOffset.UTC);
    var unborn = UserPatch.builder().profile(profile -> profile.dateOfBirth(Optional.of(today)));
    var born =
        UserPatch.builder()
            .profile(profile -> profile.dateOfBirth(Optional.of(today.minusDays(1))));

    var expected = List.of("profile.date_of_birth INVALID_DATE");
    assertEquals(expected, violationsOf(() -> users.update(CALL, user.id(), unborn.build())));
    var failed = users.updateAsync(CALL, user.id(), unborn.build()).toCompletableFuture();
    assertTrue(failed.isCompletedExceptionally());
    assertEquals(user, users.getCurrent(CALL, user.id()));
    assertEquals(2, users.update(CALL, user.id(), born.build()).audit().version());
  }

  private List<String> fieldsOfLastEvent(UserId id) {
    return database
        .query(
            "select unnest(fields) as field from (select fields from events where user_id = ? order by id desc limit 1) e",
            id.value())
        .stream()
        .map(row -> row.get("field").toString())
        .toList();
  }

  @Test
  void update_thatChangesNothing_keepsVersionAndLogsNothing() {
    User user = users.create(CALL, TestUsers.aUser("same@example.com", "Ada", "Lovelace"));

    User updated = users.update(CALL, user.id(), UserPatch.builder().firstName("Ada").build());

    assertEquals(user, updated);
    assertEquals(List.of("user.created"), eventsOf(user.id()));
  }

  @Test
  void update_withAnotherVersion_isAborted() {
    User user = users.create(CALL, TestUsers.aUser("version@example.com"));
    users.update(CALL, user.id(), UserPatch.builder().firstName("B").expectedVersion(1).build());

    var failure =
        failureOf(
            () ->
                users.update(
                    CALL,
                    user.id(),
                    UserPatch.builder().firstName("C").expectedVersion(1).build()));

    assertEquals(ErrorReason.VERSION_MISMATCH, failure.reason());
    assertEquals("2", failure.metadata().get("current_version"));
    assertEquals("B", users.get(CALL, user.id()).firstName());
  }

  @Test
  void update_atTheSameTime_losesNoUpdate() {
    User user = users.create(CALL, TestUsers.aUser("lost@example.com"));
    int writers = 12;

    var updates =
        IntStream.range(0, writers)
            .mapToObj(i -> UserPatch.builder().displayName("writer " + i).build())
            .map(patch -> CompletableFuture.supplyAsync(() -> users.update(CALL, user.id(), patch)))
            .toList();
    updates.forEach(CompletableFuture::join);

    assertEquals(1 + writers, users.get(CALL, user.id()).audit().version());
    assertEquals(1 + writers, eventsOf(user.id()).size());
  }

  @Test
  void update_unverifiedEmail_replacesItAtOnce() {
    User user = users.create(CALL, TestUsers.aUser("before@example.com"));

    User updated =
        users.update(
            CALL, user.id(), UserPatch.builder().email(Email.parse("after@example.com")).build());

    assertEquals(Email.parse("after@example.com"), updated.email());
    assertEquals(Optional.empty(), updated.pendingEmail());
  }

  @Test
  void update_verifiedEmail_staysUntilTheNewOneIsConfirmed() {
    User user = verified("verified@example.com");
    var wanted = Email.parse("wanted@example.com");

    User updated = users.update(CALL, user.id(), UserPatch.builder().email(wanted).build());
    assertEquals(user.email(), updated.email());
    assertEquals(Optional.of(wanted), updated.pendingEmail());

    User cancelled = users.update(CALL, user.id(), UserPatch.builder().email(user.email()).build());
    assertEquals(Optional.empty(), cancelled.pendingEmail());
  }

  @Test
  void update_toATakenEmail_isRejected() {
    users.create(CALL, TestUsers.aUser("owner@example.com"));
    var patch = UserPatch.builder().email(Email.parse("owner@example.com")).build();
    User unverified = users.create(CALL, TestUsers.aUser("thief1@example.com"));
    User verified = verified("thief2@example.com");

    assertEquals(
        ErrorReason.EMAIL_TAKEN,
        failureOf(() -> users.update(CALL, unverified.id(), patch)).reason());
    assertEquals(
        ErrorReason.EMAIL_TAKEN,
        failureOf(() -> users.update(CALL, verified.id(), patch)).reason());
  }
}
