package com.ecommerce.user.server.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import ch.qos.logback.classic.Level;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.CapturedLog;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.User;
import io.grpc.Status.Code;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;

/** Tests a database that was changed without the service, which the service treats as a defect. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnexpectedFailureGrpcTest {
  private TestService service;
  private User user;

  @BeforeAll
  void start(TestDatabase database) {
    service = TestService.on(database);
    user = service.create("ada.lovelace@example.com");
    database.execute("alter table users rename column bio to biography");
  }

  @AfterAll
  void stop() {
    service.close();
  }

  private void assertInternalUnderTheCallIdOfTheLog(Executable call) {
    try (var log = new CapturedLog()) {
      var failure = Failure.of(call);

      failure.assertIs(Code.INTERNAL, "INTERNAL_ERROR");
      assertEquals("internal error, see call_id", failure.message());
      var metadata = failure.info().orElseThrow().getMetadataMap();
      assertEquals(Set.of("call_id"), metadata.keySet());
      var errors =
          log.events().stream().filter(event -> event.getLevel().equals(Level.ERROR)).toList();
      assertEquals(1, errors.size(), log.text());
      assertEquals(
          "Call " + metadata.get("call_id") + " failed unexpectedly",
          errors.get(0).getFormattedMessage());
      assertNotNull(errors.get(0).getThrowableProxy());
      assertEquals(metadata.get("call_id"), errors.get(0).getMDCPropertyMap().get("call_id"));
      assertEquals(metadata.get("call_id"), failure.callId());
      assertFalse(log.text().contains("ada.lovelace"), log.text());
    }
  }

  @Test
  void failureOnTheEventLoop_isInternal() {
    var request = GetUserRequest.newBuilder().setUserId(user.getId()).build();

    assertInternalUnderTheCallIdOfTheLog(() -> service.users().getUser(request));
  }

  @Test
  void failureOnAWorker_isInternal() {
    assertInternalUnderTheCallIdOfTheLog(
        () -> service.users().listUsers(ListUsersRequest.getDefaultInstance()));
  }

  @Test
  void failureAfterTheHash_isInternal() {
    assertInternalUnderTheCallIdOfTheLog(() -> service.create("ada.lovelace+2@example.com"));
  }
}
