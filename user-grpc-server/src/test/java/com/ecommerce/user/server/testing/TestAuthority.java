package com.ecommerce.user.server.testing;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** Signs certificates for tests, which are valid for a day by default. Thread-safe. */
public final class TestAuthority {
  private static final AtomicLong SERIALS = new AtomicLong(1);
  private static final char[] NO_PASSWORD = {};

  private final X500Name name;
  private final KeyPair keys = newKeys("EC", 256);
  private final X509Certificate certificate;

  /** A certificate with its key. */
  public record Identity(X509Certificate certificate, PrivateKey key) {
    /** Writes both in PEM, the key as PKCS#8. */
    public Identity write(Path certificateFile, Path keyFile) throws IOException {
      Files.writeString(certificateFile, pem(certificate));
      Files.writeString(keyFile, keyPem());
      return this;
    }

    public String keyPem() throws IOException {
      return pem(new JcaPKCS8Generator(key, null));
    }

    /** Returns the key in PEM, as {@code RSA PRIVATE KEY} or {@code EC PRIVATE KEY}. */
    public String oldKeyPem() throws IOException {
      if (!(key instanceof java.security.interfaces.ECPrivateKey ellipticKey)) {
        return pem(key);
      }
      var curve =
          PrivateKeyInfo.getInstance(key.getEncoded()).getPrivateKeyAlgorithm().getParameters();
      int bits = ellipticKey.getParams().getOrder().bitLength();
      var withCurve = new ECPrivateKey(bits, ellipticKey.getS(), curve);
      return pem(new PemObject("EC PRIVATE KEY", withCurve.getEncoded()));
    }
  }

  public TestAuthority(String commonName) {
    name = new X500Name("CN=" + commonName);
    certificate = sign(name, keys, true, Duration.ofDays(1));
  }

  public static KeyPair newKeys(String algorithm, int size) {
    try {
      var generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(size);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException unsupported) {
      throw new IllegalStateException(unsupported);
    }
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /** Returns a certificate for {@code localhost}. */
  public Identity server() {
    return issue("CN=localhost", new GeneralName(GeneralName.dNSName, "localhost"));
  }

  /** Returns a certificate for {@code localhost} that has already expired. */
  public Identity expiredServer() {
    var pair = newKeys("EC", 256);
    var names = new GeneralName(GeneralName.dNSName, "localhost");
    var past = Duration.ofHours(-1);
    return new Identity(
        sign(new X500Name("CN=localhost"), pair, false, past, names), pair.getPrivate());
  }

  public Identity issue(String subject, GeneralName... names) {
    return issue(subject, newKeys("EC", 256), names);
  }

  /** Returns a certificate that is valid for this time from now on. */
  public Identity issue(String subject, Duration left) {
    var pair = newKeys("EC", 256);
    return new Identity(sign(new X500Name(subject), pair, false, left), pair.getPrivate());
  }

  public Identity issue(String subject, KeyPair pair, GeneralName... names) {
    return new Identity(
        sign(new X500Name(subject), pair, false, Duration.ofDays(1), names), pair.getPrivate());
  }

  private X509Certificate sign(
      X500Name subject, KeyPair pair, boolean isAuthority, Duration left, GeneralName... names) {
    Instant now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            BigInteger.valueOf(SERIALS.getAndIncrement()),
            Date.from(now.minus(Duration.ofDays(1))),
            Date.from(now.plus(left)),
            subject,
            pair.getPublic());
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
      if (names.length > 0) {
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
      }
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (IOException | OperatorCreationException | GeneralSecurityException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** Returns a context for a client that trusts this authority, and presents no certificate. */
  public SSLContext trusting() throws GeneralSecurityException, IOException {
    return context(null);
  }

  /**
   * Returns a context for a client that trusts this authority, and presents a certificate of any
   * authority.
   */
  public SSLContext trusting(Identity shown) throws GeneralSecurityException, IOException {
    var store = emptyStore();
    store.setKeyEntry(
        "client", shown.key(), NO_PASSWORD, new X509Certificate[] {shown.certificate()});
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, NO_PASSWORD);
    return context(managers.getKeyManagers());
  }

  private SSLContext context(KeyManager[] keyManagers)
      throws GeneralSecurityException, IOException {
    var store = emptyStore();
    store.setCertificateEntry("authority", certificate);
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(keyManagers, trust.getTrustManagers(), null);
    return context;
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  public static String pem(Object any) throws IOException {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(any);
    }
    return text.toString();
  }
}
