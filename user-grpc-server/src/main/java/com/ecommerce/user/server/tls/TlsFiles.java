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
 * @param certificate the server's certificate, followed by the intermediate certificates up to its
 *     root
 * @param key its private key
 * @param clientAuthorities the authorities that sign the certificates of clients; if empty, clients
 *     need none
 */
public record TlsFiles(Path certificate, Path key, Optional<Path> clientAuthorities) {
  public static final String CERTIFICATE_SETTING = "TLS_CERT_FILE";
  public static final String KEY_SETTING = "TLS_KEY_FILE";
  public static final String CLIENT_CA_SETTING = "TLS_CLIENT_CA_FILE";

  /**
   * The maximum size of a file. No chain or bundle is that large, so a setting that names a wrong
   * file fails early.
   */
  private static final long MAX_BYTES = 8L * 1024 * 1024;

  /**
   * The content of one file at one time.
   *
   * @param text empty when the file cannot be read
   * @param problem the reason; empty when the file was read
   */
  record Content(String text, String problem) {}

  /** The contents of all files at one time. {@link #toString} masks them. */
  record Contents(Content certificate, Content key, Optional<Content> clientAuthorities) {
    @Override
    public String toString() {
      return "Contents[masked]";
    }
  }

  /** Reads the current contents, which can be compared with earlier ones. */
  Contents read() {
    return new Contents(read(certificate), read(key), clientAuthorities.map(TlsFiles::read));
  }

  private static Content read(Path file) {
    try {
      if (Files.isDirectory(file)) {
        return new Content("", file + " is a directory");
      }
      if (Files.size(file) > MAX_BYTES) {
        return new Content("", file + " is too large");
      }
      // PEM is ASCII. This encoding accepts any bytes.
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
   * @throws InvalidTlsFileException when one cannot be used, or the key belongs to another
   *     certificate
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
