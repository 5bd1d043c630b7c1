package com.example.inprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.testing.InProcessUserService;
import com.ecommerce.user.testing.TestRequests;
import com.ecommerce.user.testing.UserServiceExtension;
import com.ecommerce.user.v1.ConfirmEmailVerificationRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The mails of the in-process service, as another project's tests read them. */
@ExtendWith(UserServiceExtension.class)
class InProcessMailsTest {
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
