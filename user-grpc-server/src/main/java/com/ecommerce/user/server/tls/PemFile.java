package com.ecommerce.user.server.tls;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The blocks of one PEM file (RFC 7468). Text outside of blocks is ignored. Immutable. */
final class PemFile {
  private static final Pattern FIRST_LINE = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s");
  private static final String BEGIN = "-----BEGIN ";
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String CERTIFICATES = "certificates in PEM";
  private static final String KEY = "a private key in PEM, RSA or EC, without a password";

  private final String setting;
  private final Path file;
  private final List<Block> blocks;

  private record Block(String label, String base64) {}

  private PemFile(String setting, Path file, List<Block> blocks) {
    this.setting = setting;
    this.file = file;
    this.blocks = blocks;
  }

  /**
   * Parses the content of a file.
   *
   * @throws InvalidTlsFileException when it could not be read, or a block has no end
   */
  static PemFile of(String setting, Path file, TlsFiles.Content content)
      throws InvalidTlsFileException {
    if (!content.problem().isEmpty()) {
      throw new InvalidTlsFileException(setting, content.problem(), "a readable file in PEM");
    }
    String text = content.text();
    List<Block> blocks = new ArrayList<>();
    Matcher first = FIRST_LINE.matcher(text);
    int end = 0;
    while (end >= 0 && first.find(end)) {
      String label = first.group(1);
      end = text.indexOf("-----END " + label + "-----", first.end());
      if (end >= 0) {
        blocks.add(new Block(label, text.substring(first.end(), end)));
      }
    }
    if (text.split(BEGIN, -1).length - 1 != blocks.size()) {
      throw new InvalidTlsFileException(
          setting, file + " is incomplete or malformed", "a file in PEM");
    }
    return new PemFile(setting, file, blocks);
  }

  /**
   * Returns the certificates, of which there is at least one.
   *
   * @throws InvalidTlsFileException when there is none, or one is malformed
   */
  List<X509Certificate> certificates() throws InvalidTlsFileException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks) {
      if (block.label().equals(CERTIFICATE)) {
        certificates.add(certificate(block));
      }
    }
    if (certificates.isEmpty()) {
      throw new InvalidTlsFileException(setting, file + " has no certificate", CERTIFICATES);
    }
    return certificates;
  }

  private X509Certificate certificate(Block block) throws InvalidTlsFileException {
    try {
      var factory = CertificateFactory.getInstance("X.509");
      return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(decode(block)));
    } catch (CertificateException | IllegalArgumentException malformed) {
      throw new InvalidTlsFileException(
          setting, file + " has a malformed certificate", CERTIFICATES);
    }
  }

  /**
   * Returns the first private key.
   *
   * @throws InvalidTlsFileException when there is none, or it is encrypted, malformed, or neither
   *     RSA nor EC
   */
  PrivateKey privateKey() throws InvalidTlsFileException {
    for (Block block : blocks) {
      if (block.label().endsWith("PRIVATE KEY")) {
        return privateKey(block);
      }
    }
    throw new InvalidTlsFileException(setting, file + " has no private key", KEY);
  }

  private PrivateKey privateKey(Block block) throws InvalidTlsFileException {
    // An encrypted block has either this label, or RFC 1421 headers before its data.
    if (block.label().startsWith("ENCRYPTED") || block.base64().contains(":")) {
      throw new InvalidTlsFileException(setting, file + " is encrypted", KEY);
    }
    try {
      return PrivateKeys.parse(block.label(), decode(block));
    } catch (GeneralSecurityException | IllegalArgumentException malformed) {
      // The cause is omitted, since it might contain parts of the key.
      throw new InvalidTlsFileException(
          setting, file + " has a private key that is malformed or of another type", KEY);
    }
  }

  private static byte[] decode(Block block) {
    return Base64.getDecoder().decode(block.base64().replaceAll("\\s", ""));
  }
}
