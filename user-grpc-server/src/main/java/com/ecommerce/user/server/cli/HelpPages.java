package com.ecommerce.user.server.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The help pages. They are files, so that help needs none of the server's classes and {@code
 * scripts/run} can show them without a jar. A test compares them with the enums of settings and
 * commands.
 */
public final class HelpPages {
  static final String FOLDER = "help";

  /** The page that is not about a single command. */
  static final String OVERVIEW = "overview";

  /** The flag that asks for help. */
  static final String FLAG = "--help";

  private static final Set<String> FLAGS = Set.of(FLAG, "-h");

  private HelpPages() {}

  /**
   * Returns the page that a command line asks for, whatever its other words are; empty if it asks
   * for none.
   */
  public static Optional<String> requestedBy(String... words) {
    if (Stream.of(words).noneMatch(FLAGS::contains)) {
      return Optional.empty();
    }
    var command =
        Stream.of(words).map(Command::of).flatMap(Optional::stream).filter(Command::isForUsers);
    return Optional.of(page(command.findFirst().map(Command::word).orElse(OVERVIEW)));
  }

  private static String page(String name) {
    String file = FOLDER + "/" + name + ".txt";
    try (InputStream text = HelpPages.class.getResourceAsStream(file)) {
      if (text == null) {
        throw new FileNotFoundException(file);
      }
      return new String(text.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
