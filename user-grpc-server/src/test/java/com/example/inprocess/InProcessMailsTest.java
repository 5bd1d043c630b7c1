package com.example.inprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.InProcessUserService;
import com.ecommerce.user.v1.ConfirmEmailVerificationRequest;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.UserServiceGrpc;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The mails of the in-process service, as another project's tests read them. */
@ExtendWith(PostgresExtension.class)
class InProcessMailsTest {
  private static final CreateUserRequest ADA =
      CreateUserRequest.newBuilder()
          .setEmail("ada@example.com")
          .setPassword("correct horse battery")
          .build();

  @Test
  void mails_areThereWhenTheCallThatCausedThemWasAnswered(TestDatabase database) {
    try (var pool = database.pool(10);
        var service = InProcessUserService.builder().dataSource(pool).start()) {
      var users = UserServiceGrpc.newBlockingStub(service.channel());
      for (int i = 0; i < 20; i++) {
        var email = "mail" + i + "@example.com";
        users.createUser(ADA.toBuilder().setEmail(email).build());

        var mails = service.mails();

        assertEquals(i + 1, mails.size());
        assertEquals(email, mails.get(i).recipient().address());
      }
      var text = service.mails().get(7).text();
      var token = text.replaceAll("(?s).*\\?token=([A-Za-z0-9_-]+).*", "$1");
      var confirmed =
          users.confirmEmailVerification(
              ConfirmEmailVerificationRequest.newBuilder().setToken(token).build());
      assertTrue(confirmed.getVerified());
    }
  }

  @Test
  void mails_areNoneWithATransportOfItsOwn(TestDatabase database) throws Exception {
    var sent = new LinkedBlockingQueue<Mail>();
    try (var pool = database.pool(10);
        var service =
            InProcessUserService.builder()
                .dataSource(pool)
                .core(core -> core.mailTransport(sent::add))
                .start()) {
      var users = UserServiceGrpc.newBlockingStub(service.channel());
      users.createUser(ADA.toBuilder().setEmail("own@example.com").build());

      assertEquals(List.of(), service.mails());
      assertEquals("own@example.com", sent.poll(30, TimeUnit.SECONDS).recipient().address());
    }
  }
}
