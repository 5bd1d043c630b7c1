package com.ecommerce.user.server.config;

import com.ecommerce.user.server.tls.ClientCertificates;
import com.ecommerce.user.server.tls.InvalidTlsFileException;
import com.ecommerce.user.server.tls.TlsFiles;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The operator's settings for TLS.
 *
 * @param files empty: plaintext
 * @param clientCertificates who must show one, where there are authorities of clients
 */
public record TlsSettings(Optional<TlsFiles> files, ClientCertificates clientCertificates) {
  /** Notes what is wrong in the reader, with the files that are named, too. */
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
    return new TlsSettings(
        files,
        reader.choice(
            Setting.TLS_CLIENT_AUTH, ClientCertificates.REQUIRED, ClientCertificates.class));
  }

  /** The files, without a look at what is in them; notes in the reader which one is missing. */
  public static Optional<TlsFiles> readFiles(SettingReader reader) {
    requireFor(reader, Setting.TLS_KEY_FILE, Setting.TLS_CERT_FILE);
    requireFor(reader, Setting.TLS_CERT_FILE, Setting.TLS_KEY_FILE);
    requireFor(reader, Setting.TLS_CLIENT_CA_FILE, Setting.TLS_CERT_FILE);
    var certificate = path(reader, Setting.TLS_CERT_FILE);
    var key = path(reader, Setting.TLS_KEY_FILE);
    var authorities = path(reader, Setting.TLS_CLIENT_CA_FILE);
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

  private static Optional<Path> path(SettingReader reader, Setting setting) {
    return reader.parse(
        setting,
        Optional.empty(),
        text -> {
          try {
            return Optional.of(Path.of(text));
          } catch (InvalidPathException impossible) {
            throw new IllegalArgumentException("no path (expected: a file)", impossible);
          }
        });
  }

  /** Returns whether clients are asked for a certificate. */
  public boolean asksClients() {
    return files.flatMap(TlsFiles::clientAuthorities).isPresent();
  }

  public boolean isOn() {
    return files.isPresent();
  }
}
