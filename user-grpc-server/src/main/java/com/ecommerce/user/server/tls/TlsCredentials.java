package com.ecommerce.user.server.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The key and certificates for TLS, which have been checked to belong together. Immutable. {@link
 * #toString} does not show the key.
 *
 * @param key the private key of the first certificate
 * @param chain the server's certificate, followed by the intermediate certificates up to its root
 * @param clientAuthorities the authorities that sign the certificates of clients; if empty, none is
 *     requested
 */
public record TlsCredentials(
    PrivateKey key,
    List<X509Certificate> chain,
    Optional<List<X509Certificate>> clientAuthorities) {
  /** TLS 1.0 and 1.1 are broken (RFC 8996). */
  public static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  /**
   * Forward secrecy and authenticated encryption only (RFC 9325, section 4.2; all others are also
   * refused by HTTP/2, RFC 9113, appendix A).
   */
  public static final List<String> CIPHERS =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  /**
   * The lifetime of TLS sessions that is sent to clients. The JDK's own tickets are valid for
   * longer.
   */
  private static final int SESSION_SECONDS = 3_600;

  public TlsCredentials {
    chain = List.copyOf(chain);
    clientAuthorities = clientAuthorities.map(List::copyOf);
  }

  /** Returns the server's own certificate. */
  X509Certificate certificate() {
    return chain.get(0);
  }

  /**
   * Returns a new context. It resumes no session of another context, so that a client cannot get in
   * with a certificate of an authority that was removed.
   */
  public SSLContext newServerContext() {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(keyManagers().getKeyManagers(), trustManagers(), null);
      context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
      return context;
    } catch (GeneralSecurityException | IOException unsupported) {
      throw new IllegalStateException("the certificate and its key cannot be used", unsupported);
    }
  }

  private KeyManagerFactory keyManagers() throws GeneralSecurityException, IOException {
    char[] noPassword = {};
    var store = emptyStore();
    store.setKeyEntry("server", key, noPassword, chain.toArray(X509Certificate[]::new));
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, noPassword);
    return factory;
  }

  private TrustManager[] trustManagers() throws GeneralSecurityException, IOException {
    var store = emptyStore();
    for (X509Certificate authority : clientAuthorities.orElse(List.of())) {
      store.setCertificateEntry("client-ca-" + store.size(), authority);
    }
    if (store.size() == 0) {
      // Clients are not asked for a certificate.
      return new TrustManager[0];
    }
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    var authorities = (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    return new TrustManager[] {new ClientTrust(authorities, certificate())};
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  @Override
  public String toString() {
    return "TlsCredentials[" + certificate().getSubjectX500Principal() + "]";
  }
}
