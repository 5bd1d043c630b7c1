package com.ecommerce.user.server;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What was written on a command line: at most one command, and flags before and after it, as {@code
 * --name value} or {@code --name=value}.
 */
final class CommandLine {
  static final Flag HELP = new Flag("--help", "", "Show this help, and end (-h)");
  static final Flag VERSION = new Flag("--version", "", "Show the version, and end (-V)");

  private static final Map<String, String> SHORT_FORMS =
      Map.of("-h", HELP.name(), "-V", VERSION.name());

  private final List<Flag> flags;
  private final List<Command> commands;
  private final Map<String, String> given = new LinkedHashMap<>();
  private Optional<Command> command = Optional.empty();

  private CommandLine(List<Flag> flags, List<Command> commands) {
    this.flags = flags;
    this.commands = commands;
  }

  /**
   * @param flags those that every command has
   * @throws StartupException with one line that names what was not understood
   */
  static CommandLine parse(List<Flag> flags, List<Command> commands, String... arguments) {
    var line = new CommandLine(flags, commands);
    line.command = line.command(arguments);
    line.read(arguments);
    if (!line.isGiven(HELP) && !line.isGiven(VERSION)) {
      line.requireAll();
    }
    return line;
  }

  /** Found before all else, since it says which flags there are. */
  private Optional<Command> command(String... arguments) {
    return commands.stream()
        .filter(candidate -> List.of(arguments).contains(candidate.name()))
        .findFirst();
  }

  private void read(String... arguments) {
    boolean isCommandRead = false;
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      if (argument.startsWith("-")) {
        i = readFlag(i, arguments);
      } else if (!isCommandRead && command.filter(it -> it.name().equals(argument)).isPresent()) {
        isCommandRead = true;
      } else {
        throw new StartupException("Unknown command: " + argument + " (expected: " + names() + ")");
      }
    }
  }

  /** Returns the place of the last argument that was read. */
  private int readFlag(int place, String... arguments) {
    String[] parts = arguments[place].split("=", 2);
    String name = SHORT_FORMS.getOrDefault(parts[0], parts[0]);
    var flag =
        known()
            .filter(candidate -> candidate.name().equals(name))
            .findFirst()
            .orElseThrow(
                () -> new StartupException("Unknown option: " + parts[0] + " (expected: --help)"));
    if (isGiven(flag)) {
      throw new StartupException(name + ": given twice (expected: once)");
    }
    if (!flag.hasValue()) {
      if (parts.length > 1) {
        throw new StartupException(name + ": has a value (expected: none)");
      }
      given.put(name, "");
      return place;
    }
    if (parts.length > 1) {
      given.put(name, parts[1]);
      return place;
    }
    if (place + 1 == arguments.length) {
      throw new StartupException(name + ": no value (expected: " + flag.form() + ")");
    }
    given.put(name, arguments[place + 1]);
    return place + 1;
  }

  private Stream<Flag> known() {
    return Stream.of(command.map(Command::flags).orElse(List.of()), flags, List.of(HELP, VERSION))
        .flatMap(List::stream);
  }

  private void requireAll() {
    for (Flag flag : command.map(Command::flags).orElse(List.of())) {
      if (!isGiven(flag)) {
        throw new StartupException("Missing option: " + flag.form());
      }
    }
  }

  private String names() {
    return commands.stream().map(Command::name).collect(Collectors.joining(", "));
  }

  Optional<Command> command() {
    return command;
  }

  /** The flags that were given, by name. */
  Map<String, String> given() {
    return Map.copyOf(given);
  }

  boolean isGiven(Flag flag) {
    return given.containsKey(flag.name());
  }

  /** How to call the command, or the program if none was named. */
  String help(String program, List<String> description) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Usage: "
            + program
            + command.map(it -> " " + it.name()).orElse(" [COMMAND]")
            + command.map(Command::flags).orElse(List.of()).stream()
                .map(flag -> " " + flag.form())
                .collect(Collectors.joining())
            + " [OPTION...]");
    lines.addAll(command.map(it -> List.of(it.description())).orElse(description));
    lines.add("Options:");
    known().forEach(flag -> lines.add(row(flag.form(), flag.description())));
    if (command.isEmpty()) {
      lines.add("Commands:");
      commands.forEach(it -> lines.add(row(it.name(), it.description())));
    }
    return String.join(System.lineSeparator(), lines);
  }

  private static String row(String name, String description) {
    return "  " + name + " ".repeat(Math.max(1, 22 - name.length())) + description;
  }
}
