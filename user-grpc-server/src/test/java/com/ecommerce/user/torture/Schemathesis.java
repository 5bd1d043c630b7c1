package com.ecommerce.user.torture;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Runs schemathesis, a fuzzer for OpenAPI descriptions, against REST. It is a program in Python,
 * which is installed below the directory of the campaign.
 */
final class Schemathesis {
  private static final String VERSION = "4.32.5";

  /** The mark of an operation that broke a promise, also in the report of a run that was killed. */
  private static final String FAILED = "\u274c";

  private static final long INSTALL_SECONDS = 180;

  /** The time beyond its own that it may take on a busy machine. */
  private static final Duration GRACE = Duration.ofSeconds(60);

  /** The promises of the description that it checks. */
  private static final String CHECKS =
      "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

  private final Path packages;
  private final Path log;

  /**
   * @param directory keeps the program and its report
   */
  Schemathesis(Path directory) {
    packages = directory.resolve("schemathesis-" + VERSION);
    log = directory.resolve("schemathesis.log");
  }

  /**
   * Installs it, unless it is there already.
   *
   * @return the reason why it cannot be installed; empty if it is installed
   */
  Optional<String> install() throws IOException, InterruptedException {
    if (Files.isDirectory(packages.resolve("schemathesis"))) {
      return Optional.empty();
    }
    try {
      int status =
          run(
              List.of(
                  "python3",
                  "-m",
                  "pip",
                  "install",
                  "--quiet",
                  "--disable-pip-version-check",
                  "--target",
                  packages.toString(),
                  "schemathesis==" + VERSION),
              INSTALL_SECONDS);
      return status == 0 ? Optional.empty() : Optional.of("pip could not install it; see " + log);
    } catch (IOException noPython) {
      return Optional.of("there is no python3");
    }
  }

  /**
   * Runs it.
   *
   * @return whether it found nothing
   */
  boolean run(int restPort, FuzzCaller caller, long seed, Duration time, PrintStream out)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "python3",
                "-m",
                "schemathesis.cli",
                "run",
                "http://127.0.0.1:" + restPort + "/openapi.json",
                "--checks",
                CHECKS,
                "--mode",
                "all",
                "--seed",
                Long.toString(seed),
                "--max-failures",
                "20",
                "--no-color",
                "--header",
                "Authorization: " + caller.authorization()));
    int status = run(command, time.plus(GRACE).toSeconds());
    boolean hasFailed = status > 0 || Files.readString(log).contains(FAILED);
    if (hasFailed) {
      tail(out);
    }
    return !hasFailed;
  }

  /** Returns the exit status; -1 if the time was over. */
  private int run(List<String> command, long seconds) throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(log.getParent().toFile());
    builder.redirectOutput(log.toFile());
    builder.environment().put("PYTHONPATH", packages.toString());
    var process = builder.start();
    if (process.waitFor(seconds, TimeUnit.SECONDS)) {
      return process.exitValue();
    }
    process.destroy();
    process.waitFor();
    return -1;
  }

  private void tail(PrintStream out) throws IOException {
    var lines = Files.readAllLines(log, StandardCharsets.UTF_8);
    lines.stream().skip(Math.max(0, lines.size() - 40)).forEach(line -> out.println("  " + line));
  }
}
