package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertInvalid;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.BatchGetUsersRequest;
import com.ecommerce.user.v1.BatchGetUsersResponse;
import com.ecommerce.user.v1.User;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BatchGetUsersGrpcTest {
  private static final String NOBODY = "0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e";

  private TestDatabase database;
  private TestService service;

  @BeforeAll
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    service = TestService.on(database);
  }

  @AfterAll
  void stop() {
    service.close();
  }

  private BatchGetUsersResponse get(BatchGetUsersRequest.Builder request) {
    return service.admin().batchGetUsers(request.build());
  }

  @Test
  void batchGetUsers_answersInTheOrderOfTheRequest() {
    User first = service.create("first@example.com");
    User second = service.create("second@bücher.example");
    database.execute("update users set external_id = 'crm-2' where id = ?::uuid", second.getId());
    User known = second.toBuilder().setExternalId("crm-2").build();

    var response =
        get(
            BatchGetUsersRequest.newBuilder()
                .addUserIds(second.getId().toUpperCase(Locale.ROOT))
                .addUserIds(NOBODY.toUpperCase(Locale.ROOT))
                .addUserIds(first.getId())
                .addEmails("Nobody@BÜCHER.example")
                .addEmails("Second@BÜCHER.example")
                .addExternalIds(" crm-2 ")
                .addExternalIds("CRM-2"));

    assertEquals(List.of(known, first, known, known), response.getUsersList());
    assertEquals(List.of(NOBODY), response.getMissingUserIdsList());
    assertEquals(List.of("nobody@xn--bcher-kva.example"), response.getMissingEmailsList());
    assertEquals(List.of("CRM-2"), response.getMissingExternalIdsList());
  }

  @Test
  void batchGetUsers_withoutKeys_isEmpty() {
    assertEquals(
        BatchGetUsersResponse.getDefaultInstance(), get(BatchGetUsersRequest.newBuilder()));
  }

  @Test
  void batchGetUsers_namesEachMalformedKey() {
    var request =
        BatchGetUsersRequest.newBuilder()
            .addUserIds(NOBODY)
            .addUserIds("42")
            .addEmails("nobody")
            .addExternalIds("")
            .addExternalIds("a\u0000b");

    assertInvalid(
        () -> get(request),
        "user_ids[1] INVALID_UUID",
        "emails[0] INVALID_EMAIL",
        "external_ids[0] REQUIRED",
        "external_ids[1] INVALID_CHARACTER");
  }

  @Test
  void batchGetUsers_takesAHundredKeysInAll() {
    var request =
        BatchGetUsersRequest.newBuilder()
            .addAllUserIds(Collections.nCopies(50, NOBODY))
            .addAllEmails(Collections.nCopies(50, "nobody@example.com"));
    assertEquals(50, get(request).getMissingEmailsCount());

    assertInvalid(() -> get(request.addExternalIds("crm-1")), "user_ids TOO_MANY");
  }

  /** The largest valid request must be below the limit of the message. */
  @Test
  void batchGetUsers_takesLongKeys() {
    var request =
        BatchGetUsersRequest.newBuilder()
            .addAllExternalIds(Collections.nCopies(100, " ".repeat(250) + "𝒜".repeat(255)));

    assertEquals(100, get(request).getMissingExternalIdsCount());
  }
}
