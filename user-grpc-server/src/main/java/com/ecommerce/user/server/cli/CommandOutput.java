package com.ecommerce.user.server.cli;

import java.io.PrintStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The results and messages of a command. Results go to standard output unchanged. Messages go to
 * standard error, as plain lines, or through the log if each line has to be JSON.
 */
interface CommandOutput {
  /** The control sequence of ECMA-48 that erases the rest of the line. */
  String ERASE_TO_END = "\u001b[K";

  /** Prints a result. */
  void print(String line);

  /** Prints a message about what the command is going to do, or how far it has come. */
  void message(String line);

  /** Returns whether messages go to a terminal. */
  boolean isTerminal();

  /** Replaces the message that this method printed before. It needs a terminal. */
  void show(String line);

  /**
   * Prints why the command failed.
   *
   * @param lines one line for each reason
   */
  void fail(String lines);

  /**
   * Returns an output that prints plain lines.
   *
   * @param isTerminal whether messages go to a terminal
   */
  static CommandOutput printed(PrintStream results, PrintStream messages, boolean isTerminal) {
    return new CommandOutput() {
      private boolean isShowing;

      @Override
      public void print(String line) {
        endShown();
        results.println(line);
        results.flush();
      }

      @Override
      public void message(String line) {
        endShown();
        messages.println(line);
      }

      @Override
      public boolean isTerminal() {
        return isTerminal;
      }

      @Override
      public void show(String line) {
        messages.print("\r" + line + ERASE_TO_END);
        messages.flush();
        isShowing = true;
      }

      private void endShown() {
        if (isShowing) {
          messages.println();
          isShowing = false;
        }
      }

      @Override
      public void fail(String lines) {
        endShown();
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
      public void message(String line) {
        log.info("{}", line);
      }

      @Override
      public boolean isTerminal() {
        return false;
      }

      @Override
      public void show(String line) {
        throw new IllegalStateException("no terminal");
      }

      @Override
      public void fail(String lines) {
        lines.lines().forEach(line -> log.error("{}", line));
      }
    };
  }
}
