package com.ecommerce.user.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out whether the standard streams of this process are terminals. Works on Linux only. */
final class Terminals {
  private static final Logger log = LoggerFactory.getLogger(Terminals.class);
  private static final Path STREAMS = Path.of("/proc/self/fd");

  private Terminals() {}

  /** Returns whether standard input is a terminal. */
  static boolean isInput() {
    return isTerminal("0");
  }

  /** Returns whether standard error is a terminal. */
  static boolean isError() {
    return isTerminal("2");
  }

  private static boolean isTerminal(String stream) {
    try {
      String device = Files.readSymbolicLink(STREAMS.resolve(stream)).toString();
      return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException unknown) {
      log.debug("Standard stream {} cannot be inspected", stream, unknown);
      return false;
    }
  }
}
