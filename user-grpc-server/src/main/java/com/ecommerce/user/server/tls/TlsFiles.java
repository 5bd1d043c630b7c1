package com.ecommerce.user.server.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of the certificate, its key and the clients' authorities, each in PEM (RFC 7468).
 *
 * @param certificate the server's certificate, then those that lead to its root
 * @param key its private key
 * @param clientAuthorities who signs the certificates of clients; empty: clients need none
 */
public record TlsFiles(Path certificate, Path key, Optional<Path> clientAuthorities) {
  public static final String CERTIFICATE_SETTING = "TLS_CERT_FILE";
  public static final String KEY_SETTING = "TLS_KEY_FILE";
  public static final String CLIENT_CA_SETTING = "TLS_CLIENT_CA_FILE";

  /** Nobody has chains or bundles of this size: a setting that leads elsewhere fails early. */
  private static final long MAX_BYTES = 8L * 1024 * 1024;

  /**
   * The content of one file at one time.
   *
   * @param text empty when the file cannot be read
   * @param problem why not, else empty
   */
  record Content(String text, String problem) {}

  /** The contents of all files at one time. {@link #toString} masks them. */
  record Contents(Content certificate, Content key, Optional<Content> clientAuthorities) {
    @Override
    public String toString() {
      return "Contents[masked]";
    }
  }

  /** Reads them as they are now, so that what is read can be compared with what was. */
  Contents read() {
    return new Contents(read(certificate), read(key), clientAuthorities.map(TlsFiles::read));
  }

  private static Content read(Path file) {
    try {
      if (Files.isDirectory(file)) {
        return new Content("", file + " is a folder");
      }
      if (Files.size(file) > MAX_BYTES) {
        return new Content("", file + " is too large");
      }
      // Whatever bytes there are: PEM itself is ASCII.
      return new Content(Files.readString(file, StandardCharsets.ISO_8859_1), "");
    } catch (NoSuchFileException missing) {
      return new Content("", file + " does not exist");
    } catch (IOException failed) {
      return new Content("", file + " cannot be read");
    }
  }

  /**
   * Reads the files.
   *
   * @throws InvalidTlsFileException when one cannot be used, or the key is another certificate's
   */
  public TlsCredentials load() throws InvalidTlsFileException {
    return load(read());
  }

  TlsCredentials load(Contents contents) throws InvalidTlsFileException {
    var chain = PemFile.of(CERTIFICATE_SETTING, certificate, contents.certificate()).certificates();
    var privateKey = PemFile.of(KEY_SETTING, key, contents.key()).privateKey();
    if (!PrivateKeys.belongs(privateKey, chain.get(0).getPublicKey())) {
      throw new InvalidTlsFileException(
          KEY_SETTING,
          key + " does not belong to the first certificate of " + CERTIFICATE_SETTING,
          "its private key");
    }
    if (clientAuthorities.isEmpty()) {
      return new TlsCredentials(privateKey, chain, Optional.empty());
    }
    var authorities =
        PemFile.of(CLIENT_CA_SETTING, clientAuthorities.get(), contents.clientAuthorities().get())
            .certificates();
    return new TlsCredentials(privateKey, chain, Optional.of(authorities));
  }
}
