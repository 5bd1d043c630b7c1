package com.ecommerce.user.core.internal.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.preference.Preference;
import com.ecommerce.user.core.preference.PreferencePatch;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.Cancellation;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.TestMailbox;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the stored origins of sign-ins, and the notices to users. */
class NewSignInTest extends SessionTesting {
  private static final String NEW_SIGN_IN = "New sign-in to your account";
  private static final RequestContext ELSEWHERE =
      new RequestContext(Actor.SYSTEM, "198.51.100.9/32", Cancellation.NEVER);

  private TestMailbox mailbox;

  @BeforeAll
  void openMailbox() {
    mailbox = TestMailbox.of(database, testCore.clock());
  }

  @AfterAll
  void closeMailbox() {
    mailbox.close();
  }

  private void login(RequestContext call, User user, String device) {
    sessions.login(call, user.email(), PASSWORD, device);
  }

  private List<Mail> noticesTo(User user) {
    return mailbox.mailsTo(user.email().address()).stream()
        .filter(mail -> mail.subject().equals(NEW_SIGN_IN))
        .toList();
  }

  private long origins(User user) {
    return database
        .query("select 1 from sign_in_origins where user_id = ?", user.id().value())
        .size();
  }

  @Test
  void aSignInFromANewNetworkAndDevice_isTold() {
    var user = aUser();
    login(CALL, user, "phone");

    login(ELSEWHERE, user, "laptop");

    var notice = noticesTo(user).get(0);
    assertTrue(notice.text().contains("Device: laptop\nNetwork: 198.51.100.9\n"), notice.text());
    String words = notice.html().replaceAll("(<[^>]*>|\\s)+", " ");
    assertTrue(words.contains("Device laptop Network 198.51.100.9"), words);
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.7/32, laptop, 0",
    "198.51.100.9/32, phone, 0",
    "198.51.100.9/32, '', 1",
    "2001:db8:1:2:0:0:0:0/64, tablet, 1"
  })
  void aSignIn_isToldWhenNeitherNetworkNorDeviceIsKnown(
      String network, String device, int expected) {
    var user = aUser();
    login(CALL, user, "phone");

    login(new RequestContext(Actor.SYSTEM, network, Cancellation.NEVER), user, device);
    login(new RequestContext(Actor.SYSTEM, network, Cancellation.NEVER), user, device);

    assertEquals(expected, noticesTo(user).size());
  }

  @Test
  void aDeviceWithoutAName_isNeverKnown() {
    var user = aUser();
    login(CALL, user, "");

    login(ELSEWHERE, user, "");

    assertTrue(noticesTo(user).get(0).text().contains("Device: \u2014\n"));
  }

  @Test
  void theFirstSignIn_isNotTold() {
    var user = aUser();

    sessions.signIn(CALL, user.id(), "phone");

    assertEquals(List.of(), noticesTo(user));
  }

  @Test
  void usersWithoutSecurityAlerts_areNotTold() {
    var user = aUser();
    login(CALL, user, "phone");
    var noAlerts = PreferencePatch.builder().set(Preference.EMAIL_SECURITY_ALERTS, false).build();
    testCore.core().preferences().update(CALL, user.id(), noAlerts);

    login(ELSEWHERE, user, "laptop");

    assertEquals(List.of(), noticesTo(user));
  }

  @Test
  void aDeviceName_cannotBringALinkIntoTheMail() {
    var user = aUser();
    login(CALL, user, "phone");

    login(ELSEWHERE, user, "Call https://evil.example/x or <b>me@evil.example</b>, Mozilla/5.0");

    var notice = noticesTo(user).get(0);
    assertTrue(
        notice.text().contains("Device: Call https   evil example x or <b>me evil example< b>,"));
    assertTrue(notice.text().contains("Mozilla/5.0\n"), notice.text());
    assertFalse(notice.html().contains("<b>"));
  }

  @Test
  void aSignIn_isRememberedOnceADayAsADigest() {
    var user = aUser();
    login(CALL, user, "phone");
    var first = seenTimes(user);

    testCore.clock().advance(Duration.ofHours(23));
    login(CALL, user, "phone");

    assertEquals(first, seenTimes(user));
    testCore.clock().advance(Duration.ofHours(1));
    login(CALL, user, "phone");
    assertFalse(first.equals(seenTimes(user)));
    assertEquals(2, origins(user));
    var rows = database.query("select o::text as row from sign_in_origins o").toString();
    assertFalse(rows.contains("203.0.113") || rows.contains("phone"), rows);
  }

  private List<Object> seenTimes(User user) {
    return database
        .query("select distinct seen_at from sign_in_origins where user_id = ?", user.id().value())
        .stream()
        .map(row -> row.get("seen_at"))
        .toList();
  }

  @Test
  void origins_areAHundredOfEachKindAtMost() {
    var user = aUser();
    for (int i = 0; i < 103; i++) {
      testCore.clock().advance(Duration.ofSeconds(1));
      var call = new RequestContext(Actor.SYSTEM, "192.0.2." + i + "/32", Cancellation.NEVER);
      sessions.signIn(call, user.id(), "device " + i);
    }

    assertEquals(200, origins(user));
    assertEquals(
        0,
        database
            .query(
                "select 1 from sign_in_origins where user_id = ? and seen_at < ?",
                user.id().value(),
                testCore.clock().instant().minus(Duration.ofSeconds(99)).atOffset(ZoneOffset.UTC))
            .size());
  }

  @Test
  void origins_goAfterAYearAndWithTheirUser() {
    var user = aUser();
    login(CALL, user, "phone");
    var other = aUser();
    login(CALL, other, "phone");
    testCore.core().users().delete(CALL, other.id(), "");
    assertEquals(0, origins(other));

    testCore.clock().advance(Duration.ofDays(365));
    testCore.core().purge();
    assertEquals(2, origins(user));
    testCore.clock().advance(Duration.ofSeconds(1));
    testCore.core().purge();

    assertEquals(0, origins(user));
  }
}
