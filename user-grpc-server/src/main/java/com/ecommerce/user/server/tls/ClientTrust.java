package com.ecommerce.user.server.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts clients whose certificate is from a configured authority, and those that present the
 * server's own certificate. The latter admits the health check on the same machine, even if that
 * certificate is from another authority or only valid for servers. Thread-safe.
 */
final class ClientTrust extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager authorities;
  private final X509Certificate own;

  ClientTrust(X509ExtendedTrustManager authorities, X509Certificate own) {
    this.authorities = authorities;
    this.own = own;
  }

  /**
   * Returns whether the certificate is the server's own. The handshake proves that the client has
   * its key (RFC 8446, section 4.4.3).
   */
  private boolean isOwn(X509Certificate[] chain) {
    return chain.length > 0 && chain[0].equals(own);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    if (!isOwn(chain)) {
      authorities.checkClientTrusted(chain, type, engine);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    if (!isOwn(chain)) {
      authorities.checkClientTrusted(chain, type, socket);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    if (!isOwn(chain)) {
      authorities.checkClientTrusted(chain, type);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw notAServer();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw notAServer();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw notAServer();
  }

  private static CertificateException notAServer() {
    return new CertificateException("these authorities are for clients");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities.getAcceptedIssuers();
  }
}
