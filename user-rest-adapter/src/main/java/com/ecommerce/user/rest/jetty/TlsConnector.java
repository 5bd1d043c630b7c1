package com.ecommerce.user.rest.jetty;

import com.ecommerce.user.rest.http.RestSettings;
import com.ecommerce.user.rest.http.RestTls;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Makes the connector for HTTP/1.1 over TLS. Thread-safe. */
public final class TlsConnector {
  private final RestSettings settings;
  private final SslContextFactory.Server contexts = new SslContextFactory.Server();

  public TlsConnector(RestSettings settings, RestTls tls) {
    this.settings = settings;
    contexts.setIncludeProtocols(tls.protocols().toArray(String[]::new));
    contexts.setExcludeProtocols();
    contexts.setIncludeCipherSuites(tls.ciphers().toArray(String[]::new));
    contexts.setExcludeCipherSuites();
    contexts.setRenegotiationAllowed(false);
    contexts.setWantClientAuth(tls.clientCertificate() == RestTls.ClientCertificate.REQUESTED);
    contexts.setNeedClientAuth(tls.clientCertificate() == RestTls.ClientCertificate.REQUIRED);
  }

  /** Sets the TLS context of new connections. Existing ones are not affected. */
  public void use(SSLContext context) {
    try {
      contexts.reload(factory -> factory.setSslContext(context));
    } catch (Exception unusable) {
      throw new IllegalStateException("the TLS context cannot be used", unusable);
    }
  }

  public Connector make(
      Server server, HttpConfiguration http, Runnable drain, ConnectionLimits limits) {
    // One certificate serves every name, and the client checks whether it is the right one.
    boolean checkName = false;
    var secure = new HttpConfiguration(http);
    secure.addCustomizer(new SecureRequestCustomizer(checkName));
    var plain = new HttpConnectionFactory(secure);
    return new RestConnector(
        server,
        settings,
        drain,
        limits,
        new SslConnectionFactory(contexts, plain.getProtocol()),
        plain);
  }
}
