package com.ecommerce.user.server.config;

import com.ecommerce.user.server.tls.ClientCertificates;
import com.ecommerce.user.server.tls.InvalidTlsFileException;
import com.ecommerce.user.server.tls.TlsFiles;
import java.util.Optional;

/**
 * The settings of TLS.
 *
 * @param files the files of the certificate and key; empty for plaintext
 * @param clientCertificates the clients that must present a certificate, if there are authorities
 *     of client certificates
 */
public record TlsSettings(Optional<TlsFiles> files, ClientCertificates clientCertificates) {
  /** Reads the settings and the files, and records problems in the reader. */
  static TlsSettings read(SettingReader reader) {
    var files = readFiles(reader);
    files.ifPresent(
        named -> {
          try {
            named.load();
          } catch (InvalidTlsFileException invalid) {
            reader.note(invalid.getMessage());
          }
        });
    requireFor(reader, Setting.TLS_CLIENT_AUTH, Setting.TLS_CLIENT_CA_FILE);
    requireFor(reader, Setting.TLS_SERVICE_NAMES, Setting.TLS_CLIENT_CA_FILE);
    return new TlsSettings(files, reader.choice(Setting.TLS_CLIENT_AUTH, ClientCertificates.class));
  }

  /** Reads the names of the files, and records in the reader which one is not set. */
  public static Optional<TlsFiles> readFiles(SettingReader reader) {
    requireFor(reader, Setting.TLS_KEY_FILE, Setting.TLS_CERT_FILE);
    requireFor(reader, Setting.TLS_CERT_FILE, Setting.TLS_KEY_FILE);
    requireFor(reader, Setting.TLS_CLIENT_CA_FILE, Setting.TLS_CERT_FILE);
    var certificate = reader.optional(Setting.TLS_CERT_FILE, SettingReader::path);
    var key = reader.optional(Setting.TLS_KEY_FILE, SettingReader::path);
    var authorities = reader.optional(Setting.TLS_CLIENT_CA_FILE, SettingReader::path);
    return certificate.isPresent() && key.isPresent()
        ? Optional.of(new TlsFiles(certificate.get(), key.get(), authorities))
        : Optional.empty();
  }

  private static void requireFor(SettingReader reader, Setting dependent, Setting needed) {
    if (reader.text(dependent).isPresent() && reader.text(needed).isEmpty()) {
      reader.note(
          needed.variable()
              + ": not set (expected: a file in PEM, since "
              + dependent.variable()
              + " is set)");
    }
  }

  /** Returns whether the service asks clients for a certificate. */
  public boolean asksClients() {
    return files.flatMap(TlsFiles::clientAuthorities).isPresent();
  }

  /** Returns whether the service uses TLS. */
  public boolean isOn() {
    return files.isPresent();
  }
}
