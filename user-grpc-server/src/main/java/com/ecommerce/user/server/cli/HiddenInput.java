package com.ecommerce.user.server.cli;

import com.ecommerce.user.server.config.StartupException;

/** Asks for input at a terminal without showing it there. */
interface HiddenInput {
  /**
   * Shows the prompt and returns the typed line, which is not echoed.
   *
   * @return the line without its line break; empty at the end of the input
   * @throws StartupException if the input cannot be decoded
   */
  String ask(String prompt);
}
