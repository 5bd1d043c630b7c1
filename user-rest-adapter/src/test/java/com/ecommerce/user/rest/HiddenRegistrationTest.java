package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests registration if the existence of accounts is hidden. */
@ExtendWith(PostgresExtension.class)
class HiddenRegistrationTest {
  private static RestFixture fixture;

  @BeforeAll
  static void start(TestDatabase database) {
    fixture = RestFixture.on(database, core -> core.hidesAccounts(true));
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  private static RestClient.Answer register(String email) {
    return fixture
        .client()
        .post(
            "/api/auth/register",
            """
            {"email": "%s", "password": "correct horse battery", "username": "Ada", "first_name": "Ada",
             "phone_number": "+44 20 7946 0958"}
            """
                .formatted(email));
  }

  private static RestClient.Answer login(String email) {
    return fixture
        .client()
        .post(
            "/api/auth/login",
            "{\"email\":\"" + email + "\",\"password\":\"correct horse battery\"}");
  }

  @Test
  void register_answersWhatWasSent_whetherTheEmailIsTakenOrFree() {
    var taken = fixture.member();

    var ofFree = register("Free@Example.com").as(202);
    var ofTaken = register(taken.email()).as(202);

    assertEquals(ofFree.text(), ofTaken.text().replace(taken.email(), "free@example.com"));
    assertEquals("free@example.com", ofFree.string("/user/email"));
    assertEquals("Ada", ofFree.string("/user/username"));
    assertEquals("+442079460958", ofFree.string("/user/phone_number"));
    assertEquals("pending_verification", ofFree.string("/user/status"));
    assertTrue(ofFree.at("/user/id").isMissingNode());
    assertTrue(ofFree.at("/tokens").isMissingNode());
    assertEquals(ofFree.header("Location"), ofTaken.header("Location"));
  }

  @Test
  void registered_logsInOnceTheEmailIsVerified() {
    register("later@example.com").as(202);
    login("later@example.com").problem(401, "CREDENTIALS_INVALID");

    String token = fixture.mailbox().newestTokenTo("later@example.com");
    fixture.client().submit("/verify-email", "token=" + token).as(200);

    login("later@example.com").as(200);
  }
}
