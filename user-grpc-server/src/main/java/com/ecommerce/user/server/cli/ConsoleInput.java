package com.ecommerce.user.server.cli;

import com.ecommerce.user.server.config.StartupException;
import java.io.Console;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The terminal of this process, with its echo turned off by the JVM. */
final class ConsoleInput implements HiddenInput {
  private static final Logger log = LoggerFactory.getLogger(ConsoleInput.class);
  private static final char REPLACEMENT = 0xFFFD;

  private final Console console;

  private ConsoleInput(Console console) {
    this.console = console;
  }

  /** Returns the terminal; empty if standard input is a file or a pipe. */
  @SuppressWarnings("SystemConsoleNull") // Since JDK 22, isTerminal() answers it.
  static Optional<HiddenInput> ofProcess() {
    var console = System.console();
    if (console != null && isTerminal(console)) {
      return Optional.of(new ConsoleInput(console));
    }
    // Standard output may be redirected.
    return Terminals.isInput() ? Optional.of(ConsoleInput::refuse) : Optional.empty();
  }

  /**
   * Since Java 22, a console can exist without a terminal; its {@code isTerminal} then returns
   * false.
   */
  private static boolean isTerminal(Console console) {
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException beforeJava22) {
      return true;
    } catch (IllegalAccessException | InvocationTargetException failed) {
      log.debug("The console does not report whether it is a terminal", failed);
      return false;
    }
  }

  private static String refuse(String prompt) {
    throw new StartupException(
        "standard output is not a terminal, so the password would be visible (expected: a terminal"
            + " for both, or a file as standard input)");
  }

  @Override
  public String ask(String prompt) {
    char[] typed = console.readPassword("%s", prompt);
    if (typed == null) {
      return "";
    }
    String line = new String(typed);
    Arrays.fill(typed, '\0');
    if (line.indexOf(REPLACEMENT) >= 0) {
      throw new StartupException(
          "password: has letters that the encoding of this process does not have (expected: a"
              + " locale with UTF-8, such as LC_ALL=C.UTF-8)");
    }
    return line;
  }
}
