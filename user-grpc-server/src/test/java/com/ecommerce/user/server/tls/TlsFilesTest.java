package com.ecommerce.user.server.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.server.testing.TestAuthority;
import com.ecommerce.user.server.testing.TestAuthority.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsFilesTest {
  @TempDir private Path directory;

  private final TestAuthority authority = new TestAuthority("Test");
  private final Identity server = authority.server();
  private Path certificate;
  private Path key;
  private Path clients;

  @BeforeEach
  void writeGoodFiles() throws IOException {
    certificate = directory.resolve("cert.pem");
    key = directory.resolve("key.pem");
    clients = directory.resolve("clients.pem");
    server.write(certificate, key);
    Files.writeString(clients, TestAuthority.pem(authority.certificate()));
  }

  private TlsFiles files() {
    return new TlsFiles(certificate, key, Optional.of(clients));
  }

  private String problem() {
    String message = assertThrows(InvalidTlsFileException.class, () -> files().load()).getMessage();
    assertFalse(message.contains("\n"), message);
    return message.replace(directory + "/", "");
  }

  @Test
  void load_readsChainKeyAndAuthorities() throws Exception {
    Files.writeString(
        certificate,
        "subject=CN = localhost\r\n"
            + TestAuthority.pem(server.certificate()).replace("\n", "\r\n")
            + TestAuthority.pem(authority.certificate()));

    var material = files().load();

    assertEquals(List.of(server.certificate(), authority.certificate()), material.chain());
    assertEquals(server.key(), material.key());
    assertEquals(Optional.of(List.of(authority.certificate())), material.clientAuthorities());
    assertEquals("TlsCredentials[CN=localhost]", material.toString());
  }

  @ParameterizedTest
  @CsvSource({"RSA, 2048", "EC, 256", "EC, 384"})
  void load_readsKeysInNewAndOldForm(String algorithm, int size) throws Exception {
    var identity = authority.issue("CN=localhost", TestAuthority.newKeys(algorithm, size));
    identity.write(certificate, key);
    assertEquals(identity.key(), files().load().key());

    Files.writeString(
        key, "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n");
    Files.writeString(key, Files.readString(key) + identity.oldKeyPem());
    var old = files().load();
    assertTrue(PrivateKeys.belongs(old.key(), old.certificate().getPublicKey()));
  }

  @Test
  void load_refusesAKeyOfAnotherCertificate() throws IOException {
    String expected =
        "TLS_KEY_FILE: key.pem does not belong to the first certificate of TLS_CERT_FILE"
            + " (expected: its private key)";
    Files.writeString(key, authority.server().keyPem());
    assertEquals(expected, problem());

    var rsa = authority.issue("CN=localhost", TestAuthority.newKeys("RSA", 2048));
    Files.writeString(key, rsa.keyPem());
    assertEquals(expected, problem());
  }

  @Test
  void load_refusesAKeyWithAPassword() throws Exception {
    var encryptor =
        new JceOpenSSLPKCS8EncryptorBuilder(JcaPKCS8Generator.AES_256_CBC)
            .setProvider(new BouncyCastleProvider())
            .setPassword("changeit".toCharArray())
            .build();
    Files.writeString(key, TestAuthority.pem(new JcaPKCS8Generator(server.key(), encryptor)));
    String expected =
        "TLS_KEY_FILE: key.pem is encrypted"
            + " (expected: a private key in PEM, RSA or EC, without a password)";
    assertEquals(expected, problem());

    Files.writeString(
        key,
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n");
    assertEquals(expected, problem());
  }

  @Test
  void load_refusesAKeyOfAnotherKind() throws IOException {
    var ed25519 = TestAuthority.newKeys("Ed25519", 255);
    Files.writeString(key, TestAuthority.pem(new JcaPKCS8Generator(ed25519.getPrivate(), null)));
    assertEquals(
        "TLS_KEY_FILE: key.pem has a private key that is malformed or of another type"
            + " (expected: a private key in PEM, RSA or EC, without a password)",
        problem());
  }

  @Test
  void load_refusesAFileThatIsNotThereOrEmpty() throws IOException {
    Files.writeString(key, "");
    assertEquals(
        "TLS_KEY_FILE: key.pem has no private key"
            + " (expected: a private key in PEM, RSA or EC, without a password)",
        problem());
    Files.delete(key);
    assertEquals(
        "TLS_KEY_FILE: key.pem does not exist (expected: a readable file in PEM)", problem());
    Files.createDirectory(key);
    assertEquals(
        "TLS_KEY_FILE: key.pem is a directory (expected: a readable file in PEM)", problem());
    Files.writeString(clients, "none\n");
    server.write(certificate, Files.createFile(directory.resolve("other.pem")));
    key = directory.resolve("other.pem");
    assertEquals(
        "TLS_CLIENT_CA_FILE: clients.pem has no certificate (expected: certificates in PEM)",
        problem());
  }

  /** The file is refused at any length at which it may be cut off. */
  @Test
  void load_refusesHalfAFile() throws IOException {
    String whole = Files.readString(certificate);
    for (int length = 0; length < whole.length() - 1; length += 7) {
      Files.writeString(certificate, whole.substring(0, length));
      String problem = problem();
      assertEquals("TLS_CERT_FILE", problem.split(":")[0], problem);
    }
  }

  @Test
  void load_refusesBytesThatAreNoCertificate() throws IOException {
    Files.writeString(
        certificate, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    assertEquals(
        "TLS_CERT_FILE: cert.pem has a malformed certificate (expected: certificates in PEM)",
        problem());
    Files.writeString(
        certificate, "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n");
    assertEquals(
        "TLS_CERT_FILE: cert.pem has a malformed certificate (expected: certificates in PEM)",
        problem());
    Files.write(certificate, new byte[] {(byte) 0xff, 0, 1});
    assertEquals(
        "TLS_CERT_FILE: cert.pem has no certificate (expected: certificates in PEM)", problem());
  }
}
