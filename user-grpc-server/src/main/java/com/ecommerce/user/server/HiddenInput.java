package com.ecommerce.user.server;

/** Asks at a terminal for what must not show there. */
interface HiddenInput {
  /**
   * Shows the prompt, and returns the line that is typed, without echo.
   *
   * @return the line without its end; empty at the end of the input
   * @throws StartupException when what was typed cannot be read
   */
  String ask(String prompt);
}
