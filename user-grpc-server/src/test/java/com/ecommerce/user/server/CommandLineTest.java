package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {
  private static final Flag PORT = new Flag("--port", "N", "The port");
  private static final Flag QUIET = new Flag("--quiet", "", "No words");
  private static final Flag EMAIL = new Flag("--email", "EMAIL", "Whose");
  private static final Command SERVE = new Command("serve", "Serves.", List.of(), line -> 0);
  private static final Command CREATE =
      new Command("create", "Creates.", List.of(EMAIL), line -> 0);

  private static CommandLine parse(String... arguments) {
    return CommandLine.parse(List.of(PORT, QUIET), List.of(SERVE, CREATE), arguments);
  }

  @Test
  void nothing_isNoCommandAndNoFlag() {
    assertEquals(Optional.empty(), parse().command());
    assertEquals(Map.of(), parse().given());
  }

  @Test
  void flags_standBeforeAndAfterTheCommandInBothForms() {
    var line = parse("--port", "1", "create", "--email=a@example.com", "--quiet");

    assertEquals(Optional.of(CREATE), line.command());
    assertEquals(Map.of("--port", "1", "--email", "a@example.com", "--quiet", ""), line.given());
  }

  @Test
  void aValue_mayBeEmptyAndMayHaveAnEqualsSign() {
    assertEquals(Map.of("--port", ""), parse("--port=").given());
    assertEquals(Map.of("--port", "a=b"), parse("--port=a=b").given());
    assertEquals(Map.of("--port", "-1"), parse("--port", "-1").given());
  }

  @ParameterizedTest
  @CsvSource({
    "--prot 1, Unknown option: --prot (expected: --help)",
    "-p, Unknown option: -p (expected: --help)",
    "serve --email=a, Unknown option: --email (expected: --help)",
    "serf, 'Unknown command: serf (expected: serve, create)'",
    "serve serve, 'Unknown command: serve (expected: serve, create)'",
    "--port, --port: no value (expected: --port=N)",
    "--port 1 --port=2, --port: given twice (expected: once)",
    "--quiet=1, --quiet: has a value (expected: none)",
    "create, Missing option: --email=EMAIL"
  })
  void aMistake_isToldInOneLine(String arguments, String message) {
    var mistake = assertThrows(StartupException.class, () -> parse(arguments.split(" ")));

    assertEquals(message, mistake.getMessage());
  }

  @Test
  void help_namesCommandsOrThoseOfTheCommand() {
    var all = parse("-h");
    var one = parse("create", "--help");

    assertTrue(all.isGiven(CommandLine.HELP));
    assertEquals(
        List.of(
            "Usage: it [COMMAND] [OPTION...]",
            "It serves.",
            "Options:",
            "  --port=N              The port",
            "  --quiet               No words",
            "  --help                Show this help, and end (-h)",
            "  --version             Show the version, and end (-V)",
            "Commands:",
            "  serve                 Serves.",
            "  create                Creates."),
        all.help("it", List.of("It serves.")).lines().toList());
    assertEquals(
        List.of("Usage: it create --email=EMAIL [OPTION...]", "Creates.", "Options:"),
        one.help("it", List.of("It serves.")).lines().limit(3).toList());
  }
}
