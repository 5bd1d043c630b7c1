package com.ecommerce.user.server.intercept;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.ecommerce.user.core.session.CertifiedServices;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.server.testing.TestAuthority;
import io.grpc.Attributes;
import io.grpc.Grpc;
import java.lang.reflect.Proxy;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;

class CertificateCallersTest {
  private static Attributes connectionOf(X509Certificate certificate) {
    var session =
        (SSLSession)
            Proxy.newProxyInstance(
                CertificateCallersTest.class.getClassLoader(),
                new Class<?>[] {SSLSession.class},
                (self, method, arguments) -> new Certificate[] {certificate});
    return Attributes.newBuilder().set(Grpc.TRANSPORT_ATTR_SSL_SESSION, session).build();
  }

  @Test
  void connection_isThatOfAServiceWhileTheCertificateIsGood() {
    var certificate = new TestAuthority("Test").issue("CN=orders").certificate();
    var clock = new MutableClock(certificate.getNotAfter().toInstant());
    var callers = new CertificateCallers(new CertifiedServices(Set.of("orders")), clock);
    var connection = connectionOf(certificate);
    assertNotSame(connection, callers.transportReady(connection), "with a caller");

    clock.advance(Duration.ofSeconds(1));

    assertSame(connection, callers.transportReady(connection));
  }
}
