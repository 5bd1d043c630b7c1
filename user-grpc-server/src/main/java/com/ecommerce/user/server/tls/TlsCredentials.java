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
 * The key and certificates for TLS, which were found to fit together. Immutable. {@link #toString}
 * does not show the key.
 *
 * @param key belongs to the first certificate
 * @param chain the server's certificate, then those that lead to its root
 * @param clientAuthorities who signs the certificates of clients; empty: none is asked for
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

  /** The lifetime of a session that clients are told; the JDK's tickets are good for longer. */
  private static final int SESSION_SECONDS = 3_600;

  public TlsCredentials {
    chain = List.copyOf(chain);
    clientAuthorities = clientAuthorities.map(List::copyOf);
  }

  /** The server's own certificate. */
  X509Certificate certificate() {
    return chain.get(0);
  }

  /**
   * A context of its own: no session of another one is resumed in it, so that nobody comes in by an
   * authority that was removed.
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
      // Of clients nothing is asked.
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
