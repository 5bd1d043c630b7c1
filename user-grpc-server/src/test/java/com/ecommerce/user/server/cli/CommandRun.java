package com.ecommerce.user.server.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs commands of the jar in this process, and keeps the output of the last one. */
public final class CommandRun {
  private final Map<String, String> environment;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  public CommandRun(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Returns the exit status of a command whose standard input is a text. */
  public int run(String input, String... words) {
    var bytes = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
    return run(bytes, Optional.empty(), words);
  }

  int run(InputStream input, Optional<HiddenInput> terminal, String... words) {
    output.reset();
    errors.reset();
    var printed = CommandOutput.printed(stream(output), stream(errors), false);
    return new Program(environment, printed, input, terminal).execute(words);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  public List<String> output() {
    return output.toString(StandardCharsets.UTF_8).lines().toList();
  }

  List<String> errors() {
    return errors.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
