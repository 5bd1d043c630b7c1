package com.ecommerce.user.server.cli;

import com.ecommerce.user.server.config.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The expected text of the help pages and of the tables in docs/configuration.md, made from the
 * enums.
 */
final class Manual {
  private static final int WIDTH = 96;
  private static final String PROGRAM = "java -jar user-grpc-server.jar";

  private Manual() {}

  /** Returns the help page without a command. */
  static String overview() {
    var page = new ArrayList<String>();
    page.add("Usage: " + PROGRAM + " [COMMAND] [OPTION]...");
    page.add("       scripts/run [COMMAND] [OPTION]...");
    page.add("");
    page.addAll(
        wrapped(
            "The User Service: gRPC on port 50051, REST on port 8000. Without a database URL it runs a"
                + " PostgreSQL of its own.",
            ""));
    page.add("");
    page.add("Commands (COMMAND --help describes each):");
    for (Command command : commands()) {
      page.add("  " + command.word());
      page.addAll(wrapped(command.meaning(), "      "));
    }
    page.add("");
    page.addAll(options(Command.SERVE, "Options of serve"));
    return text(page);
  }

  /** Returns the help page of a command. */
  static String page(Command command) {
    var page = new ArrayList<String>();
    String required =
        command.options().stream()
            .filter(CommandOption::isRequired)
            .map(option -> " " + option.flag() + " " + option.valueName())
            .collect(Collectors.joining());
    page.add("Usage: " + PROGRAM + " " + command.word() + required + " [OPTION]...");
    page.add("");
    String meaning = command.meaning();
    page.addAll(wrapped(Character.toUpperCase(meaning.charAt(0)) + meaning.substring(1) + ".", ""));
    page.add("");
    page.addAll(options(command, "Options"));
    return text(page);
  }

  static List<Command> commands() {
    return Stream.of(Command.values()).filter(Command::isForUsers).toList();
  }

  private static List<String> options(Command command, String title) {
    var lines = new ArrayList<String>();
    lines.addAll(
        wrapped(
            title
                + ". An option overrides the variable in parentheses. If an option is repeated, its"
                + " last value counts.",
            ""));
    for (CommandOption option : command.options()) {
      lines.add(("  " + option.flag() + " " + option.valueName()).stripTrailing());
      lines.addAll(wrapped(option.meaning(), "      "));
    }
    for (Setting setting : command.settings()) {
      setting
          .flag()
          .ifPresent(
              flag -> {
                lines.add(
                    "  " + flag + " " + setting.valueName() + "  (" + setting.variable() + ")");
                lines.addAll(wrapped(described(setting), "      "));
              });
    }
    lines.add("  -h, --help");
    lines.addAll(wrapped("prints this page", "      "));
    lines.add("  -V, --version");
    lines.addAll(wrapped("prints the version", "      "));
    lines.addAll(variables(command));
    return lines;
  }

  private static List<String> variables(Command command) {
    var secrets = command.settings().stream().filter(setting -> setting.flag().isEmpty()).toList();
    if (secrets.isEmpty()) {
      return List.of();
    }
    var lines = new ArrayList<String>();
    lines.add("");
    lines.addAll(
        wrapped(
            "Variables without an option, because all users of a machine can read command lines. The"
                + " value can be in a file instead:",
            ""));
    for (Setting secret : secrets) {
      lines.add("  " + secret.variable());
      lines.addAll(wrapped(described(secret), "      "));
    }
    lines.add("  OTEL_...");
    lines.addAll(wrapped("traces; see docs/operations.md", "      "));
    return lines;
  }

  private static String described(Setting setting) {
    String preset = setting.preset().replaceFirst("^(none|0): (.*)$", "$1 ($2)");
    return setting.meaning() + (preset.equals("none") ? "" : ". Default: " + preset);
  }

  /** Wraps Markdown into lines of plain ASCII text. */
  private static List<String> wrapped(String markdown, String indent) {
    String plain =
        markdown
            .replaceAll("\\[[^]]+]\\(([^)#]+)(#[^)]+)?\\)", "docs/$1")
            .replace("`", "")
            .replace("…", "...");
    var lines = new ArrayList<String>();
    var line = new StringBuilder(indent);
    for (String word : plain.split(" ")) {
      if (line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line = new StringBuilder(indent);
      }
      line.append(line.length() == indent.length() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private static String text(List<String> lines) {
    return String.join("\n", lines) + "\n";
  }

  /** Returns the rows of the table of settings. */
  static List<String> settingRows() {
    return Stream.of(Setting.values())
        .map(
            setting ->
                "|"
                    + setting.flag().map(flag -> " `" + flag + "` |").orElse(" |")
                    + " "
                    + setting.variable()
                    + " | "
                    + setting.preset()
                    + " | "
                    + setting.meaning()
                    + " |")
        .toList();
  }

  /** Returns the rows of the table of commands. */
  static List<String> commandRows() {
    return commands().stream()
        .map(
            command -> {
              String options =
                  command.options().stream()
                      .map(Manual::inRow)
                      .flatMap(Optional::stream)
                      .collect(Collectors.joining());
              return "| `" + command.word() + options + "` | " + command.meaning() + " |";
            })
        .toList();
  }

  private static Optional<String> inRow(CommandOption option) {
    if (option.valueName().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        option.isRequired() ? " " + option.flag() + " …" : " [" + option.flag() + " …]");
  }
}
