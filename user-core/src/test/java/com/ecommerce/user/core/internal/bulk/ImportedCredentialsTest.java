package com.ecommerce.user.core.internal.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.bulk.ImportOptions;
import com.ecommerce.user.core.bulk.ImportResult.Outcome;
import com.ecommerce.user.core.bulk.ImportedUser;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.mail.MailKind;
import com.ecommerce.user.core.testing.TestMailbox;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.verification.LinkState;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests the passwords, sessions and mails of imported users. */
class ImportedCredentialsTest extends ImportTesting {
  private static final Password PASSWORD = Password.parse(TestUsers.PASSWORD);
  private static final Password NEW_PASSWORD = Password.parse("a brand new passphrase");

  @Test
  void passwordThatChangedInTheOtherSystem_replacesThePasswordAndEndsSessions() {
    var id =
        assertImported(Outcome.CREATED, importOne(row("moves@example.com").passwordHash(HASH)));
    core.sessions().signIn(CALL, id, "phone");

    var changed = row("moves@example.com").passwordHash(OTHER_HASH);

    assertImported(Outcome.UPDATED, importOne(changed));
    assertEquals(OTHER_HASH, hashOf(id));
    assertEquals(List.of(), core.sessions().list(CALL, id));
    assertTrue(
        eventsOf(id).contains("user.imported service:mover password"), eventsOf(id)::toString);
    assertEquals(List.of(), mailsTo("moves@example.com"));
    assertEquals(Optional.of(id), core.passwords().verify(CALL, "moves@example.com", PASSWORD));
  }

  @Test
  void plainPasswords_areHashed() {
    Supplier<ImportedUser.Builder> same =
        () -> row("plain@example.com").password(TestUsers.PASSWORD);
    var id = assertImported(Outcome.CREATED, importOne(same.get()));
    assertTrue(hashOf(id).startsWith("$bcrypt-sha256$"), "hashed");
    var before = rowsOf(id);

    assertImported(Outcome.UNCHANGED, importOne(same.get()));
    assertEquals(before, rowsOf(id));
    assertImported(
        Outcome.UPDATED, importOne(row("plain@example.com").password(NEW_PASSWORD.text())));
    assertEquals(Optional.of(id), core.passwords().verify(CALL, "plain@example.com", NEW_PASSWORD));
  }

  @Test
  void plainPasswords_followThePolicy() {
    var results =
        importAll(row("weak@example.com").password("password"), row("strong@example.com"));

    assertFailed(ErrorReason.INVALID_REQUEST, "password", results.get(0));
    assertImported(Outcome.CREATED, results.get(1));
  }

  @Test
  void testPassword_findsHashesThatWereTransformedWrongly() {
    var results =
        importAll(
            row("t1@example.com").passwordHash(HASH).testPassword(TestUsers.PASSWORD),
            row("t2@example.com").passwordHash(HASH).testPassword("something else"));

    assertImported(Outcome.CREATED, results.get(0));
    assertFailed(ErrorReason.PASSWORD_MISMATCH, "test_password", results.get(1));
  }

  @Test
  void mails_areSentOnDemand() {
    var results =
        importAll(
            new ImportOptions(false, true),
            suppliers(
                Stream.of(
                    row("mail.unverified@example.com"),
                    row("mail.verified@example.com").emailVerified(true).passwordHash(HASH))));
    results.forEach(result -> assertImported(Outcome.CREATED, result));

    assertEquals(1, mailsTo("mail.unverified@example.com").size());
    assertEquals(0, mailsTo("mail.verified@example.com").size());
    importAll(
        new ImportOptions(false, true),
        suppliers(
            Stream.of(
                row("mail.verified@example.com").emailVerified(true).passwordHash(OTHER_HASH))));
    assertEquals(1, mailsTo("mail.verified@example.com").size());
  }

  /** Somebody registered here with the address of a user of the other system. */
  @Test
  void accountThatSomebodyElseMade_losesItsPasswordAndSessions() {
    var squatted = users.create(CALL, TestUsers.aUser("squatted@example.com"));
    core.sessions().signIn(CALL, squatted.id(), "phone");

    assertImported(Outcome.UPDATED, importOne(row("squatted@example.com").emailVerified(true)));

    assertEquals("", hashOf(squatted.id()));
    assertEquals(List.of(), core.sessions().list(CALL, squatted.id()));
    assertEquals(UserStatus.ACTIVE, get(squatted.id()).status());
  }

  @Test
  void emailThatAnImportVerifies_hasNoLinkLeft() {
    users.create(CALL, TestUsers.aUser("proven@example.com"));
    String link = TestMailbox.tokenIn(mailsTo("proven@example.com").get(0));

    assertImported(Outcome.UPDATED, importOne(row("proven@example.com").emailVerified(true)));

    assertEquals(LinkState.REPLACED, core.mailedLinks().state(CALL, MailKind.VERIFY_EMAIL, link));
  }

  @Test
  void accountThatTheImportMade_keepsItsPasswordWhenItsEmailIsVerified() {
    var id =
        assertImported(Outcome.CREATED, importOne(row("later@example.com").passwordHash(HASH)));

    assertImported(
        Outcome.UPDATED,
        importOne(row("later@example.com").passwordHash(HASH).emailVerified(true)));

    assertEquals(HASH, hashOf(id));
  }

  @Test
  void closedAccount_losesItsSessions() {
    var id = assertImported(Outcome.CREATED, importOne(row("closes@example.com")));
    core.sessions().signIn(CALL, id, "phone");

    var closed = row("closes@example.com").status(UserStatus.BANNED);

    assertImported(Outcome.UPDATED, importOne(closed));
    assertEquals(List.of(), core.sessions().list(CALL, id));
  }
}
