package com.ecommerce.user.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Compares the help pages and docs/configuration.md with the enums of settings and commands. Writes
 * the expected texts to {@code target/manual}, from where they can be copied.
 */
class ManualTest {
  private static final Path PAGES =
      Path.of("src/main/resources/com/ecommerce/user/server/cli/help");
  private static final Path EXPECTED = Path.of("target/manual");
  private static final Path CONFIGURATION = Path.of("../docs/configuration.md");

  private static void expect(String file, String text) throws IOException {
    Files.createDirectories(EXPECTED);
    Files.writeString(EXPECTED.resolve(file), text);
  }

  @Test
  void helpPages_areThoseOfTheTables() throws IOException {
    var expected = new TreeMap<String, String>();
    expected.put("overview.txt", Manual.overview());
    for (Command command : Manual.commands()) {
      expected.put(command.word() + ".txt", Manual.page(command));
    }
    for (var page : expected.entrySet()) {
      expect(page.getKey(), page.getValue());
    }

    try (var files = Files.list(PAGES)) {
      assertEquals(
          expected.keySet(),
          files
              .map(file -> file.getFileName().toString())
              .collect(Collectors.toCollection(TreeSet::new)));
    }
    for (var page : expected.entrySet()) {
      assertEquals(page.getValue(), Files.readString(PAGES.resolve(page.getKey())), page.getKey());
      assertTrue(StandardCharsets.US_ASCII.newEncoder().canEncode(page.getValue()), page.getKey());
    }
  }

  @Test
  void configurationPage_hasTheTables() throws IOException {
    expect("settings.md", String.join("\n", Manual.settingTables()) + "\n");
    expect("commands.md", String.join("\n", Manual.commandRows()) + "\n");
    var page = Files.readAllLines(CONFIGURATION);

    assertEquals(
        Manual.settingTables(),
        page.stream()
            .dropWhile(line -> !line.startsWith("### "))
            .takeWhile(line -> !line.startsWith("## "))
            .toList());
    assertEquals(
        Manual.commandRows(),
        page.stream()
            .dropWhile(line -> !line.equals("| subcommand | what it does |"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .toList());
  }

  @Test
  void helpPages_haveOnlyTheirOwnOptions_andNoInternalCommands() throws IOException {
    String admin = HelpPages.requestedBy("create-admin", "--help").orElseThrow();
    assertTrue(admin.contains("--email EMAIL") && admin.contains("--data-dir DIR"), admin);
    assertFalse(admin.contains("--port") || admin.contains("--rest-port"), admin);
    try (var files = Files.list(PAGES)) {
      for (Path file : files.toList()) {
        assertFalse(Files.readString(file).contains(Command.TRAIN.word()), file.toString());
      }
    }
  }

  @Test
  void help_isThatOfTheCommand_whateverElseIsTyped() {
    var overview = HelpPages.requestedBy("--help");

    assertEquals(overview, HelpPages.requestedBy("-h"));
    assertEquals(overview, HelpPages.requestedBy("--pot", "1", "--help"));
    assertEquals(
        HelpPages.requestedBy("serve", "--help"),
        HelpPages.requestedBy("--help", "serve", "--port", "1"));
    assertTrue(HelpPages.requestedBy("--port", "1").isEmpty());
  }
}
