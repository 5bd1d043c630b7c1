package com.ecommerce.user.server.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.common.v1.HealthStatus;
import com.ecommerce.user.core.testing.FreePorts;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.config.SmtpUrl;
import com.ecommerce.user.server.mail.SmtpMailTransport;
import com.ecommerce.user.server.mail.SmtpProbe;
import com.ecommerce.user.server.testing.TestService;
import com.google.protobuf.Empty;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests health with an SMTP server, which is an optional component. */
@ExtendWith(PostgresExtension.class)
class MailHealthGrpcTest {
  private static TestService service(TestDatabase database, int port) {
    var url = SmtpUrl.parse("smtp://127.0.0.1:" + port);
    return TestService.on(
        database,
        core ->
            core.mailTransport(new SmtpMailTransport(url), new SmtpProbe(url, Clock.systemUTC())));
  }

  private static void assertHealth(TestService service, HealthStatus whole, HealthStatus mail) {
    var health = service.users().healthCheck(Empty.getDefaultInstance());
    assertEquals(whole, health.getStatus());
    assertEquals(
        Map.of("database", HealthStatus.HEALTH_STATUS_HEALTHY, "mail", mail),
        health.getComponentsMap());
    var standard = HealthGrpc.newBlockingStub(service.channel());
    for (String name : new String[] {"", "user.v1.UserService"}) {
      var request = HealthCheckRequest.newBuilder().setService(name).build();
      assertEquals(ServingStatus.SERVING, standard.check(request).getStatus());
    }
  }

  @Test
  void deadSmtpServer_degradesAndStillServes(TestDatabase database) throws Exception {
    try (var service = service(database, FreePorts.next())) {
      assertHealth(
          service, HealthStatus.HEALTH_STATUS_DEGRADED, HealthStatus.HEALTH_STATUS_UNHEALTHY);

      service.create("ada@example.com");

      assertHealth(
          service, HealthStatus.HEALTH_STATUS_DEGRADED, HealthStatus.HEALTH_STATUS_UNHEALTHY);
    }
  }

  @Test
  void smtpServerThatGreets_isHealthy(TestDatabase database) {
    var greenMail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    greenMail.start();
    try (var service = service(database, greenMail.getSmtp().getPort())) {
      assertHealth(service, HealthStatus.HEALTH_STATUS_HEALTHY, HealthStatus.HEALTH_STATUS_HEALTHY);
    } finally {
      greenMail.stop();
    }
  }
}
