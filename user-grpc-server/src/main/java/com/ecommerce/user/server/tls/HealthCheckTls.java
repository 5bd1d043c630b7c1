package com.ecommerce.user.server.tls;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TLS of a client that asks the server on its own machine how it is. Stateless. */
public final class HealthCheckTls {
  private static final Logger log = LoggerFactory.getLogger(HealthCheckTls.class);

  private HealthCheckTls() {}

  /**
   * Shows the server's own certificate, which {@link ClientTrust} lets in. It takes whatever
   * certificate the server shows: the client says nothing that is secret, and a check must not fail
   * because files are just being replaced, or because the certificate is not for {@code localhost}.
   */
  public static SslContext context(TlsFiles files) {
    try {
      var context = GrpcSslContexts.forClient().trustManager(InsecureTrustManagerFactory.INSTANCE);
      try {
        var own = files.load();
        // Unlike the JDK's, this one shows it whatever authorities the server names.
        var keys = new AdvancedTlsX509KeyManager();
        keys.updateIdentityCredentials(own.chain().toArray(X509Certificate[]::new), own.key());
        context.keyManager(keys);
      } catch (InvalidTlsFileException unusable) {
        // The server may well run on with what the files held before.
        log.warn("Asks without a certificate: {}", unusable.getMessage());
      }
      return context.build();
    } catch (SSLException unsupported) {
      throw new IllegalStateException("TLS is not supported", unsupported);
    }
  }
}
