package com.ecommerce.user.server.cli;

import com.ecommerce.user.server.config.Setting;
import com.ecommerce.user.server.config.SettingReader;
import com.ecommerce.user.server.config.SettingType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The expected text of the help pages and of the tables in docs/configuration.md, made from the
 * enums.
 */
final class Manual {
  private static final int WIDTH = 96;
  private static final String HEAD = "| flag | variable | values | default | meaning |";
  private static final String PROGRAM = "java -jar user-grpc-server.jar";

  private static final SettingReader DEFAULTS = new SettingReader(Map.of(), Map.of());

  private Manual() {}

  /** Returns the help page without a command. */
  static String overview() {
    var page = new ArrayList<String>();
    page.add("Usage: " + PROGRAM + " [COMMAND] [OPTION]...");
    page.add("       scripts/run [COMMAND] [OPTION]...");
    page.add("");
    page.addAll(
        wrapped(
            "The User Service: gRPC on port "
                + DEFAULTS.integer(Setting.GRPC_PORT)
                + ", REST on port "
                + DEFAULTS.integer(Setting.REST_PORT)
                + ". Without a database URL it runs a PostgreSQL of its own.",
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
            .map(option -> " " + option.flag() + " " + option.type().placeholder())
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
      lines.add(("  " + option.flag() + " " + option.type().placeholder()).stripTrailing());
      lines.addAll(wrapped(described(option.meaning(), option.type()), "      "));
    }
    lines.add("  -h, --help");
    lines.addAll(wrapped("prints this page", "      "));
    lines.add("  -V, --version");
    lines.addAll(wrapped("prints the version", "      "));
    for (Setting.Group group : Setting.Group.values()) {
      lines.addAll(options(command, group));
    }
    lines.addAll(variables(command));
    return lines;
  }

  private static List<String> options(Command command, Setting.Group group) {
    var lines = new ArrayList<String>();
    for (Setting setting : command.settings()) {
      if (setting.group() == group && setting.flag().isPresent()) {
        lines.add(
            "  %s %s  (%s)"
                .formatted(setting.flag().get(), setting.type().placeholder(), setting.variable()));
        lines.addAll(wrapped(described(setting.meaning(), setting.type()), "      "));
      }
    }
    if (!lines.isEmpty()) {
      lines.addAll(0, List.of("", group.title() + ":"));
    }
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
      lines.addAll(wrapped(described(secret.meaning(), secret.type()), "      "));
    }
    lines.add("  OTEL_...");
    lines.addAll(wrapped("traces; see docs/operations.md", "      "));
    return lines;
  }

  private static String described(String meaning, SettingType type) {
    return meaning
        + type.range().map(range -> ". Range: " + range).orElse("")
        + (type.hasPresetText() ? ". Default: " + type.presetText() : "");
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

  /** Returns a heading and a table for each group of settings. */
  static List<String> settingTables() {
    var lines = new ArrayList<String>();
    for (Setting.Group group : Setting.Group.values()) {
      lines.addAll(List.of("### " + group.title(), HEAD, "| --- | --- | --- | --- | --- |"));
      Stream.of(Setting.values())
          .filter(setting -> setting.group() == group)
          .map(Manual::row)
          .forEach(lines::add);
      lines.add("");
    }
    return lines;
  }

  private static String row(Setting setting) {
    var type = setting.type();
    String values =
        type.names().isEmpty()
            ? type.range().map(Object::toString).orElse(type.placeholder())
            : type.names().stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
    return "|"
        + setting.flag().map(flag -> " `" + flag + "`").orElse("")
        + " | "
        + String.join(" | ", setting.variable(), values, type.presetText(), setting.meaning())
        + " |";
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
    if (option.type().placeholder().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        option.isRequired() ? " " + option.flag() + " …" : " [" + option.flag() + " …]");
  }
}
