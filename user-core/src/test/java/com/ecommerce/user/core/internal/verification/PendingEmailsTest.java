package com.ecommerce.user.core.internal.verification;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.testing.TestUsers;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests that a pending email is dropped when the owner secures the account and when the account is
 * closed.
 */
class PendingEmailsTest extends MailedLinksTesting {
  private enum Ending {
    CHANGE_PASSWORD {
      @Override
      void apply(PendingEmailsTest test, User user) {
        test.testCore
            .core()
            .passwords()
            .change(
                CALL,
                user.id(),
                Password.parse(TestUsers.PASSWORD),
                Password.parse("another horse battery"));
      }
    },
    REVOKE_ALL_SESSIONS {
      @Override
      void apply(PendingEmailsTest test, User user) {
        test.testCore.core().sessions().revokeAll(CALL, user.id(), Optional.empty());
      }
    },
    DEACTIVATE {
      @Override
      void apply(PendingEmailsTest test, User user) {
        test.users.deactivate(CALL, user.id(), "");
      }
    },
    SUSPEND {
      @Override
      void apply(PendingEmailsTest test, User user) {
        test.set(user, UserStatus.SUSPENDED);
      }
    },
    BAN {
      @Override
      void apply(PendingEmailsTest test, User user) {
        test.set(user, UserStatus.BANNED);
      }
    };

    abstract void apply(PendingEmailsTest test, User user);
  }

  private void set(User user, UserStatus status) {
    users.update(CALL, user.id(), UserPatch.builder().status(status).build());
  }

  private static String address(Ending ending, String part) {
    return ending.name().toLowerCase(Locale.ROOT) + part + "@example.com";
  }

  @ParameterizedTest
  @EnumSource(Ending.class)
  void pendingEmail_isDroppedWithItsLinksAndItsQueuedMail(Ending ending) {
    User user = verified(address(ending, ""));
    changeEmail(user, address(ending, ".sent"));
    String confirmation = mailbox.newestTokenTo(address(ending, ".sent"));
    String stop = mailbox.newestTokenTo(user.email().address());

    ending.apply(this, user);

    User after = users.getCurrent(CALL, user.id());
    assertEquals(Optional.empty(), after.pendingEmail());
    assertEquals(
        ErrorReason.TOKEN_INVALID,
        failureOf(() -> verifications.confirm(CALL, confirmation)).reason());
    assertEquals(
        ErrorReason.TOKEN_INVALID,
        failureOf(() -> testCore.core().emailChanges().stop(CALL, stop)).reason());
    assertEquals(after, users.getCurrent(CALL, user.id()));
  }

  @ParameterizedTest
  @EnumSource(Ending.class)
  void pendingEmail_whoseMailWaits_isNeverSent(Ending ending) {
    User user = verified(address(ending, ".waits"));
    changeEmail(user, address(ending, ".unsent"));

    ending.apply(this, user);

    assertEquals(0, rowsOf("mail_outbox where recipient = ?", address(ending, ".unsent")));
    assertEquals(0, mailbox.mailsTo(address(ending, ".unsent")).size());
  }

  @Test
  void pendingEmail_ofAnAccountThatIsClosed_isNotSwappedInUntilItIsOpen() {
    User user = verified("reopened@example.com");
    users.deactivate(CALL, user.id(), "");
    // Admins may do this.
    changeEmail(user, "reopened.new@example.com");
    String confirmation = mailbox.newestTokenTo("reopened.new@example.com");

    assertEquals(
        ErrorReason.TOKEN_INVALID,
        failureOf(() -> verifications.confirm(CALL, confirmation)).reason());
    assertEquals(user.email(), users.getCurrent(CALL, user.id()).email());

    users.reactivate(CALL, user.id());
    verifications.confirm(CALL, confirmation);
    assertEquals(
        Email.parse("reopened.new@example.com"), users.getCurrent(CALL, user.id()).email());
  }

  @Test
  void suspensionThatNamesAnotherEmail_leavesNonePending() {
    User user = verified("both@example.com");

    users.update(
        CALL,
        user.id(),
        UserPatch.builder()
            .status(UserStatus.SUSPENDED)
            .email(Email.parse("both.new@example.com"))
            .build());

    assertEquals(Optional.empty(), users.getCurrent(CALL, user.id()).pendingEmail());
    assertEquals(0, mailbox.mailsTo("both.new@example.com").size());
  }
}
