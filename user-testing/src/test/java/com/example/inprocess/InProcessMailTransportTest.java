package com.example.inprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.testing.InProcessUserService;
import com.ecommerce.user.testing.TestRequests;
import com.ecommerce.user.testing.UserServiceExtension;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The mails of a service with a transport of its own. */
class InProcessMailTransportTest {
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
