package com.example.inprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.testing.InProcessUserService;
import com.ecommerce.user.testing.TestRequests;
import com.ecommerce.user.testing.UserServiceExtension;
import com.ecommerce.user.v1.ConfirmEmailVerificationRequest;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The mails of the in-process service, as another project's tests read them. */
class InProcessMailsTest {
  @Nested
  @ExtendWith(UserServiceExtension.class)
  class WithDefaults {
    @Test
    void mails_areThereWhenTheCallThatCausedThemWasAnswered(InProcessUserService service) {
      for (int i = 0; i < 20; i++) {
        var request = TestRequests.createUser().build();
        service.users().createUser(request);

        var mails = service.mails();

        assertEquals(i + 1, mails.size());
        assertEquals(request.getEmail(), mails.get(i).recipient().address());
      }
      var text = service.mails().get(7).text();
      var token = text.replaceAll("(?s).*\\?token=([A-Za-z0-9_-]+).*", "$1");
      var confirmed =
          service
              .users()
              .confirmEmailVerification(
                  ConfirmEmailVerificationRequest.newBuilder().setToken(token).build());
      assertTrue(confirmed.getVerified());
    }
  }

  @Nested
  class WithATransportOfItsOwn {
    static final BlockingQueue<Mail> SENT = new LinkedBlockingQueue<>();

    @RegisterExtension
    static final UserServiceExtension USERS =
        UserServiceExtension.with(options -> options.core(core -> core.mailTransport(SENT::add)));

    @Test
    void mails_areNone(InProcessUserService service) throws Exception {
      var request = TestRequests.createUser().build();
      service.users().createUser(request);

      assertEquals(List.of(), service.mails());
      assertEquals(request.getEmail(), SENT.poll(30, TimeUnit.SECONDS).recipient().address());
    }
  }
}
