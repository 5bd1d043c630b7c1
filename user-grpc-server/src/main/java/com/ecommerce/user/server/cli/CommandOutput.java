package com.ecommerce.user.server.cli;

import java.io.PrintStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The results and messages of a command. Results go to standard output unchanged. Messages go to
 * standard error, as plain lines, or through the log if each line has to be JSON.
 */
interface CommandOutput {
  /** Prints a result. */
  void print(String line);

  /** Prints a message about what the command is going to do. */
  void tell(String line);

  /**
   * Prints why the command failed.
   *
   * @param lines one line for each reason
   */
  void fail(String lines);

  /** Returns an output that prints plain lines. */
  static CommandOutput printed(PrintStream results, PrintStream messages) {
    return new CommandOutput() {
      @Override
      public void print(String line) {
        results.println(line);
        results.flush();
      }

      @Override
      public void tell(String line) {
        messages.println(line);
      }

      @Override
      public void fail(String lines) {
        messages.println(lines);
      }
    };
  }

  /** Returns an output whose messages go through the log. */
  static CommandOutput logged(PrintStream results) {
    Logger log = LoggerFactory.getLogger(CommandOutput.class);
    return new CommandOutput() {
      @Override
      public void print(String line) {
        results.println(line);
        results.flush();
      }

      @Override
      public void tell(String line) {
        log.info("{}", line);
      }

      @Override
      public void fail(String lines) {
        lines.lines().forEach(line -> log.error("{}", line));
      }
    };
  }
}
