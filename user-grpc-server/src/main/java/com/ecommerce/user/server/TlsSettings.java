package com.ecommerce.user.server;

import com.ecommerce.user.server.tls.ClientCertificates;
import com.ecommerce.user.server.tls.InvalidTlsFileException;
import com.ecommerce.user.server.tls.TlsFiles;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the operator chose about TLS.
 *
 * @param files empty: plaintext
 * @param clientCertificates who must show one, where there are authorities of clients
 */
record TlsSettings(Optional<TlsFiles> files, ClientCertificates clientCertificates) {
  static final String SERVICES_SETTING = "TLS_SERVICE_NAMES";
  private static final String CLIENTS_SETTING = "TLS_CLIENT_AUTH";

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
    requireFor(reader, CLIENTS_SETTING, TlsFiles.CLIENT_CA_SETTING);
    requireFor(reader, SERVICES_SETTING, TlsFiles.CLIENT_CA_SETTING);
    return new TlsSettings(
        files,
        reader.choice(CLIENTS_SETTING, ClientCertificates.REQUIRED, ClientCertificates.class));
  }

  /** The files, without a look at what is in them; notes in the reader which one is missing. */
  static Optional<TlsFiles> readFiles(SettingReader reader) {
    requireFor(reader, TlsFiles.KEY_SETTING, TlsFiles.CERTIFICATE_SETTING);
    requireFor(reader, TlsFiles.CERTIFICATE_SETTING, TlsFiles.KEY_SETTING);
    requireFor(reader, TlsFiles.CLIENT_CA_SETTING, TlsFiles.CERTIFICATE_SETTING);
    var certificate = path(reader, TlsFiles.CERTIFICATE_SETTING);
    var key = path(reader, TlsFiles.KEY_SETTING);
    var authorities = path(reader, TlsFiles.CLIENT_CA_SETTING);
    return certificate.isPresent() && key.isPresent()
        ? Optional.of(new TlsFiles(certificate.get(), key.get(), authorities))
        : Optional.empty();
  }

  private static void requireFor(SettingReader reader, String dependent, String needed) {
    if (reader.text(dependent).isPresent() && reader.text(needed).isEmpty()) {
      reader.note(needed + ": not set (expected: a file in PEM, since " + dependent + " is set)");
    }
  }

  private static Optional<Path> path(SettingReader reader, String setting) {
    return reader.parse(
        setting,
        reader.text(setting),
        Optional.empty(),
        text -> {
          try {
            return Optional.of(Path.of(text));
          } catch (InvalidPathException impossible) {
            throw new IllegalArgumentException("no path (expected: a file)", impossible);
          }
        });
  }

  /** Whether clients are asked for a certificate. */
  boolean asksClients() {
    return files.flatMap(TlsFiles::clientAuthorities).isPresent();
  }

  boolean isOn() {
    return files.isPresent();
  }
}
