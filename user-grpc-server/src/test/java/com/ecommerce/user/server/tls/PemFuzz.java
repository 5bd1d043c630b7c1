package com.ecommerce.user.server.tls;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.ecommerce.user.core.testing.FuzzInput;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class PemFuzz {
  private static final Path FILE = Path.of("file.pem");
  private static final List<String> LABELS =
      List.of("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY");

  @FuzzTest
  void file_isReadOrRefusedByName(byte[] input) {
    check(FuzzInput.text(input));
    FuzzInput.repeated(FuzzInput.text(input)).ifPresent(PemFuzz::check);
  }

  private static void check(String text) {
    try {
      var file = PemFile.of("TLS_CERT_FILE", FILE, new TlsFiles.Content(text, ""));
      file.certificates();
      file.privateKey();
    } catch (InvalidTlsFileException documented) {
      assertNamesTheFile(documented);
    }
  }

  private static void assertNamesTheFile(InvalidTlsFileException refused) {
    if (!refused.getMessage().startsWith("TLS_CERT_FILE: " + FILE)) {
      throw new AssertionError(refused.getMessage());
    }
  }

  @FuzzTest
  void privateKey_isReadOrRefused(byte[] input) {
    for (String label : LABELS) {
      boolean isRefused = isRefused(label, input);
      if (input.length == 0 && !isRefused) {
        throw new AssertionError("a key of nothing");
      }
    }
  }

  private static boolean isRefused(String label, byte[] input) {
    try {
      PrivateKeys.parse(label, input);
      return false;
    } catch (GeneralSecurityException | IllegalArgumentException documented) {
      return true;
    }
  }
}
