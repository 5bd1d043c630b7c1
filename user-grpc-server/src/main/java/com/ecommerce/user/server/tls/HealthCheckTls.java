package com.ecommerce.user.server.tls;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The TLS context of the health check, a client of the server on the same machine. Stateless. */
public final class HealthCheckTls {
  private static final Logger log = LoggerFactory.getLogger(HealthCheckTls.class);

  private HealthCheckTls() {}

  /**
   * Returns a context that presents the server's own certificate, which {@link ClientTrust} trusts.
   * It accepts any certificate of the server. The client sends no secret, and a check must not fail
   * because files are being replaced, or because the certificate is not for {@code localhost}.
   */
  public static SslContext context(TlsFiles files) {
    try {
      var context = GrpcSslContexts.forClient().trustManager(InsecureTrustManagerFactory.INSTANCE);
      try {
        var own = files.load();
        // Unlike the JDK's key manager, this one presents the certificate whichever authorities the
        // server names.
        var keys = new AdvancedTlsX509KeyManager();
        keys.updateIdentityCredentials(own.chain().toArray(X509Certificate[]::new), own.key());
        context.keyManager(keys);
      } catch (InvalidTlsFileException unusable) {
        // The server may still run with the previous content of the files.
        log.warn("The health check presents no certificate: {}", unusable.getMessage());
      }
      return context.build();
    } catch (SSLException unsupported) {
      throw new IllegalStateException("TLS is not supported", unsupported);
    }
  }
}
