package com.ecommerce.user.core.internal.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.bulk.ImportOptions;
import com.ecommerce.user.core.bulk.ImportResult;
import com.ecommerce.user.core.bulk.ImportResult.Outcome;
import com.ecommerce.user.core.bulk.ImportedUser;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.Violation;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.mail.MailDelivery;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** A started core, and what tests of imports do and look at. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ImportTesting {
  static final RequestContext CALL = RequestContext.by(new Actor("service:mover"));

  /** bcrypt's hash of {@link TestUsers#PASSWORD}, made by passlib. */
  static final String HASH = "$2b$05$VmLwEkPhNLtAAo5/Iy1v1OSXUd1bEyKxVfiWBqV2LAsJDUeQE8FIa";

  /** Another one of the same password, by Python's hashlib. */
  static final String OTHER_HASH =
      "$pbkdf2-sha256$i=1000$OvwBl9xi8husVvB8Dvu8RQ$UzBuhEG7h6Kea81o7NXzrGc+Q227NWXc62ZIyREWb2s";

  private final List<Mail> sent = new CopyOnWriteArrayList<>();
  TestDatabase database;
  TestCore testCore;
  UserCore core;
  Users users;

  @BeforeAll
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    testCore = TestCore.on(database, builder -> builder.mailTransport(sent::add));
    core = testCore.core();
    users = core.users();
  }

  @AfterAll
  void stop() {
    testCore.close();
  }

  /** Returns the mails to the address. */
  List<Mail> mailsTo(String address) {
    core.mailDelivery().ifPresent(MailDelivery::sendDue);
    return sent.stream().filter(mail -> mail.recipient().address().equals(address)).toList();
  }

  static ImportedUser.Builder row(String email) {
    return ImportedUser.builder().email(email).firstName("Ada").lastName("Lovelace");
  }

  List<ImportResult> importAll(ImportOptions options, List<Supplier<ImportedUser>> rows) {
    return core.userImports().importAsync(CALL, options, rows).toCompletableFuture().join();
  }

  List<ImportResult> importAll(ImportedUser.Builder... rows) {
    return importAll(ImportOptions.DEFAULT, suppliers(Arrays.stream(rows)));
  }

  static List<Supplier<ImportedUser>> suppliers(Stream<ImportedUser.Builder> rows) {
    return rows.<Supplier<ImportedUser>>map(row -> row::build).toList();
  }

  ImportResult importOne(ImportedUser.Builder row) {
    return importAll(row).get(0);
  }

  UserId assertImported(Outcome expected, ImportResult result) {
    assertEquals(expected, result.outcome(), () -> result.failure().toString());
    return result.user().orElseThrow();
  }

  static void assertFailed(ErrorReason reason, String field, ImportResult result) {
    assertEquals(Outcome.FAILED, result.outcome());
    var failure = result.failure().orElseThrow();
    assertEquals(reason, failure.reason(), failure::getMessage);
    var fields =
        Stream.concat(
                failure.violations().stream().map(Violation::field),
                failure.resource().stream().map(resource -> resource.name()))
            .toList();
    assertEquals(List.of(field), fields);
  }

  User get(UserId id) {
    return users.getCurrent(CALL, id);
  }

  /** Returns the events of the user: type, actor and fields. */
  List<String> eventsOf(UserId id) {
    return database
        .query(
            "select type || ' ' || actor || ' ' || array_to_string(fields, ',') as event from events"
                + " where user_id = ? order by id",
            id.value())
        .stream()
        .map(event -> event.get("event").toString().strip())
        .toList();
  }

  String hashOf(UserId id) {
    return database
        .query("select password_hash from credentials where user_id = ?", id.value())
        .stream()
        .map(found -> found.get("password_hash").toString())
        .findFirst()
        .orElse("");
  }

  /** Identifies the versions of the user's rows, which change with each write. */
  String rowsOf(UserId id) {
    return database
        .query(
            """
            select string_agg(version, ' ' order by version) as versions from (
              select 'users ' || xmin as version, id as user_id from users
              union all select 'credentials ' || xmin, user_id from credentials
              union all select 'preferences ' || xmin, user_id from preferences
              union all select 'addresses ' || xmin || ' ' || id, user_id from addresses
              union all select 'events ' || id, user_id from events) as versions
            where user_id = ?
            """,
            id.value())
        .get(0)
        .get("versions")
        .toString();
  }
}
