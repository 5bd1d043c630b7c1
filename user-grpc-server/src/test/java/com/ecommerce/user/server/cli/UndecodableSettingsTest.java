package com.ecommerce.user.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.server.config.ServerSettings;
import com.ecommerce.user.server.config.SettingReader;
import com.ecommerce.user.server.config.StartupException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests settings whose characters cannot be decoded, and secrets in files. */
class UndecodableSettingsTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final String EXPECTED =
      ": has bytes that are not text in the encoding of this process (expected: UTF-8, and a locale"
          + " that has it, such as LC_ALL=C.UTF-8)";

  @TempDir private Path directory;

  private static String refusal(Map<String, String> flags, Map<String, String> environment) {
    return assertThrows(StartupException.class, () -> ServerSettings.read(flags, environment))
        .getMessage();
  }

  /**
   * Tests Cyrillic in a locale without it, UTF-8 that was decoded as Latin-1, and invalid
   * characters.
   */
  @ParameterizedTest
  @ValueSource(strings = {"\uFFFD\uFFFD", "\u00D0\u009F", "\uD800", "\uFFFF"})
  void value_thatIsNotWhatWasTyped_isRefused_andNotShown(String broken) {
    for (String variable :
        List.of("JWT_SECRET", "MAIL_FROM", "SMTP_URL", "DATABASE_URL", "JWT_ISSUER", "DATA_DIR")) {
      var line = refusal(Map.of(), Map.of(variable, SECRET + broken));

      assertEquals(1, line.lines().count(), line);
      assertEquals(EXPECTED, line.substring(line.indexOf(": has")));
      assertEquals(variable, line.replaceFirst(": has.*", "").replaceFirst(".*\\((.*)\\)", "$1"));
      assertFalse(line.contains(SECRET), line);
    }
    var line = refusal(Map.of("--database-url", "postgresql://ada:" + broken + "@h/db"), Map.of());
    assertEquals("--database-url (DATABASE_URL)" + EXPECTED, line);
  }

  @Test
  void value_ofAnyLanguage_isTaken() {
    String secret = "пароль-из-тридцати-двух-букв-и-более";

    var settings = ServerSettings.read(Map.of(), Map.of("JWT_SECRET", secret));

    assertFalse(settings.access().tokens().toString().contains(secret));
  }

  /** Returns the words as in {@code /proc/self/cmdline}, with one character for each byte. */
  private static List<String> bytes(String... words) {
    return List.of(words).stream()
        .map(word -> new String(word.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1))
        .toList();
  }

  @Test
  void argument_thatIsNotWhatWasTyped_isNamed_andNotShown() {
    var forms =
        Map.of(
            "--database-url", bytes("java", "-jar", "x.jar", "--database-url", "пароль"),
            "--data-dir", bytes("java", "--data-dir=данные"),
            "an argument", bytes("java", "сервер"));
    forms.forEach(
        (name, words) ->
            assertEquals(
                Optional.of(
                    name
                        + ": has letters that the encoding of this process, ANSI_X3.4-1968, does not have"
                        + " (expected: a locale with UTF-8, such as LC_ALL=C.UTF-8)"),
                ArgumentBytes.problem(words, "ANSI_X3.4-1968")));
    assertEquals(
        Optional.empty(),
        ArgumentBytes.problem(bytes("java", "--database-url", "postgresql://h/db?a=b"), "646"));
  }

  private Path file(String text) throws Exception {
    return Files.writeString(directory.resolve("url"), text);
  }

  @Test
  void databaseUrl_mayStandInAFile() throws Exception {
    String file = file("postgresql://ada:hunter2@db.internal/users\n").toString();
    for (var settings :
        List.of(
            ServerSettings.read(Map.of("--database-url-file", file), Map.of()),
            ServerSettings.read(Map.of(), Map.of("DATABASE_URL_FILE", file)),
            // A flag overrides a variable.
            ServerSettings.read(
                Map.of("--database-url-file", file), Map.of("DATABASE_URL", "postgresql://h/d")))) {
      var url = settings.databaseUrl().orElseThrow();
      assertEquals(Optional.of("hunter2"), url.password());
      assertEquals("postgresql://db.internal/users", url.toString());
    }
  }

  @Test
  void file_mayHaveAByteOrderMark_andAnyLineEnd() throws Exception {
    String secret = file("\ufeff" + SECRET + "\r\n").toString();
    assertEquals(
        Optional.of(SECRET),
        ServerSettings.read(Map.of(), Map.of("JWT_SECRET_FILE", secret))
            .access()
            .tokens()
            .sharedSecret());
  }

  @Test
  void file_ofSeveralLines_orWithControlCharacters_isRefused() throws Exception {
    for (String text : List.of(SECRET + "\nhunter2", SECRET + "\0", SECRET + "\rhunter2\r")) {
      String file = file(text).toString();
      assertEquals(
          "--jwt-secret-file: " + file + " (expected: a file with one line of text in UTF-8)",
          refusal(Map.of("--jwt-secret-file", file), Map.of()));
    }
  }

  @Test
  void controlCharacters_areRefused_sinceTheLogShowsValues() {
    assertEquals(
        "--data-dir (DATA_DIR): has control characters (expected: text without them)",
        refusal(Map.of("--data-dir", "new\nline"), Map.of()));
    assertEquals(
        "--jwt-issuer (JWT_ISSUER): has control characters (expected: text without them)",
        refusal(Map.of(), Map.of("JWT_ISSUER", "\u001b[2J")));
  }

  @Test
  void file_namedByAFlag_overridesBothVariables_alsoIfItIsNone() throws Exception {
    String missing = directory.resolve("missing").toString();
    String file = file("postgresql://ada:hunter2@db.internal/users").toString();
    assertEquals(
        "--database-url-file: " + missing + " (expected: a file with one line of text in UTF-8)",
        refusal(
            Map.of("--database-url-file", missing),
            Map.of("DATABASE_URL", "postgresql://h/d", "DATABASE_URL_FILE", file)));
  }

  @ParameterizedTest
  @CsvSource({
    "DATABASE_URL_FILE, postgresql://ada:hunter2@db.internal/users",
    "JWT_SECRET_FILE, hunter2-and-24-more-characters",
    "JWT_SECRET_FILE, /base64of32+bytes+that+begin+with+a+slash=",
    "JWT_SECRET_FILE, /base64/of/32+bytes/of+a/secret="
  })
  void file_thatIsTheSecretItself_isNotShown(String setting, String secret) {
    assertEquals(
        setting + ": cannot be read (expected: a file with one line of text in UTF-8)",
        refusal(Map.of(), Map.of(setting, secret)));
  }

  @Test
  void databaseUrlFile_thatIsNone_isNamed() throws Exception {
    String missing = directory.resolve("missing").toString();
    String expected = " (expected: a file with one line of text in UTF-8)";
    assertEquals(
        "DATABASE_URL_FILE: " + missing + expected,
        refusal(Map.of(), Map.of("DATABASE_URL_FILE", missing)));
    String empty = file("\n").toString();
    assertEquals(
        "--database-url-file: " + empty + expected,
        refusal(Map.of("--database-url-file", empty), Map.of()));
    String large = file("x".repeat(64 * 1024 + 1)).toString();
    assertEquals(
        "--database-url-file: " + large + expected,
        refusal(Map.of("--database-url-file", large), Map.of()));
    String file = file("hunter2").toString();
    assertEquals(
        "--database-url (DATABASE_URL): not a PostgreSQL URL (expected: postgresql://user:pass@host:port/db)",
        refusal(Map.of("--database-url-file", file), Map.of()));
    assertEquals(
        "DATABASE_URL and DATABASE_URL_FILE: both are given (expected: one of them)",
        refusal(Map.of(), Map.of("DATABASE_URL", "postgresql://h/d", "DATABASE_URL_FILE", file)));
  }

  @Test
  void authMode_mustBeSaid_whereOtherMachinesCall() {
    var expected =
        "AUTH_MODE: not set, on an address that other machines reach (expected: required, or off if"
            + " whoever can connect may do everything)";
    for (var environment :
        List.of(
            Map.of("DATABASE_URL", "postgresql://h/d"),
            Map.of("BIND_ADDRESS", "0.0.0.0"),
            Map.of("BIND_ADDRESS", "::", "AUTH_MODE", " "))) {
      var reader = new SettingReader(Map.of(), environment);
      var refused = assertThrows(StartupException.class, () -> ServerSettings.readToServe(reader));
      assertEquals(expected, refused.getMessage());
      // Commands accept no calls.
      ServerSettings.read(Map.of(), environment);
    }
    for (var environment :
        List.of(
            Map.<String, String>of(),
            Map.of("DATABASE_URL", "postgresql://h/d", "BIND_ADDRESS", "127.0.0.1"),
            Map.of("DATABASE_URL", "postgresql://h/d", "AUTH_MODE", "off"),
            Map.of("BIND_ADDRESS", "0.0.0.0", "AUTH_MODE", "required"))) {
      ServerSettings.readToServe(new SettingReader(Map.of(), environment));
    }
  }

  @Test
  void workingDirectory_thatCannotBeNamed_isReported() {
    String expected =
        "the working directory: its path has letters that the encoding of this process, US-ASCII, does not have"
            + " (expected: a locale with UTF-8, such as LC_ALL=C.UTF-8)";

    // Two bytes that a JVM could not decode.
    assertEquals(
        Optional.of(expected), ArgumentBytes.directoryProblem("/srv/gr\uFFFD\uFFFDe", "US-ASCII"));
    assertEquals(Optional.empty(), ArgumentBytes.directoryProblem("/srv/users", "US-ASCII"));
    assertEquals(Optional.empty(), ArgumentBytes.directoryProblem("/srv/größe", "UTF-8"));
  }
}
