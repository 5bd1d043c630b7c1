package com.ecommerce.user.server.cli;

import com.ecommerce.user.server.config.CommandSettings;
import com.ecommerce.user.server.config.LogSettings;
import com.ecommerce.user.server.config.ServerSettings;
import com.ecommerce.user.server.config.Setting;
import com.ecommerce.user.server.config.SettingReader;
import com.ecommerce.user.server.config.StartupException;
import com.ecommerce.user.server.log.LogFormat;
import com.ecommerce.user.server.log.LogSetup;
import com.ecommerce.user.server.process.ShutdownWork;
import java.io.IOException;
import java.io.InputStream;
import java.security.Security;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a command of the runnable jar. The exit status is {@link #DONE}, or {@link #FAILED} after
 * one line for each reason.
 */
final class Program {
  static final int DONE = 0;
  static final int FAILED = 1;
  private static final String UNKNOWN_HOST_SECONDS = "networkaddress.cache.negative.ttl";
  static final String MAIL_STREAMS = "org.eclipse.angus.mail.util.MailStreamProvider";

  private static final Logger log = LoggerFactory.getLogger(Program.class);

  private final Map<String, String> environment;
  private final CommandOutput output;
  private final InputStream input;
  private final Optional<HiddenInput> terminal;

  /**
   * Creates the program.
   *
   * @param input the source of passwords if there is no terminal
   * @param terminal asks for passwords
   */
  Program(
      Map<String, String> environment,
      CommandOutput output,
      InputStream input,
      Optional<HiddenInput> terminal) {
    this.environment = environment;
    this.output = output;
    this.input = input;
    this.terminal = terminal;
  }

  /** Sets up the process, runs the command that the command line names, and returns its status. */
  static int run(Map<String, String> environment, String... words) {
    // Results of commands do not change when the standard streams become JSON.
    var results = System.out;
    var settings = logSettings(environment, words);
    var format = LogSetup.apply(settings.level(), settings.format());
    tellLibraries();
    var output =
        format == LogFormat.JSON
            ? CommandOutput.logged(results)
            : CommandOutput.printed(results, System.err, Terminals.isError());
    var problem =
        ArgumentBytes.directoryProblem()
            .or(() -> words.length == 0 ? Optional.empty() : ArgumentBytes.problem());
    if (problem.isPresent()) {
      output.fail(problem.get());
      return FAILED;
    }
    try {
      return new Program(environment, output, System.in, ConsoleInput.ofProcess()).execute(words);
    } catch (Error failure) {
      log.error("The command failed unexpectedly", failure);
      output.fail("failed unexpectedly; the log has the details");
      return FAILED;
    }
  }

  /**
   * Returns the settings of the log. The command line has not been checked yet: an invalid value is
   * replaced by the default here, and the command reports it later.
   */
  private static LogSettings logSettings(Map<String, String> environment, String... words) {
    var flags = new HashMap<String, String>();
    for (Setting setting : List.of(Setting.LOG_LEVEL, Setting.LOG_FORMAT)) {
      Arguments.lastValue(setting, words)
          .ifPresent(text -> flags.put(setting.flag().orElseThrow(), text));
    }
    return LogSettings.read(new SettingReader(flags, environment));
  }

  /**
   * Sets system properties that libraries would otherwise determine slowly. Netty and Jetty would
   * load JMX and Flight Recorder for that, which takes a tenth of each start. The limit of direct
   * memory is the one that Netty would determine. A cache line of the processor holds 16 references
   * with heaps below 32 GiB; with larger heaps, 16 is a guess. Jakarta Mail would search all jars
   * for its providers, several times for each mail. Java would cache for 10 seconds that a host is
   * unknown, which is as long as the startup waits for the database.
   */
  private static void tellLibraries() {
    if ("10".equals(Security.getProperty(UNKNOWN_HOST_SECONDS))) {
      Security.setProperty(UNKNOWN_HOST_SECONDS, "1");
    }
    var properties = System.getProperties();
    properties.putIfAbsent(
        "io.netty.maxDirectMemory", Long.toString(Runtime.getRuntime().maxMemory()));
    properties.putIfAbsent("io.netty.jfr.enabled", "false");
    properties.putIfAbsent("org.eclipse.jetty.util.referencesPerCacheLine", "16");
    properties.putIfAbsent("jakarta.mail.util.StreamProvider", MAIL_STREAMS);
  }

  /** Runs the command and returns the exit status. */
  int execute(String... words) {
    try {
      execute(Arguments.parse(words));
      return DONE;
    } catch (UsageException wrong) {
      output.fail(wrong.getMessage());
    } catch (StartupException known) {
      if (!isExplainedByStop(known.getCause())) {
        if (known.getCause() != null) {
          log.debug("The command failed", known);
        }
        output.fail(known.getMessage());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      output.fail("interrupted");
    } catch (IOException | RuntimeException failure) {
      if (!isExplainedByStop(failure)) {
        log.error("The command failed unexpectedly", failure);
        output.fail("failed unexpectedly; the log has the details");
      }
    }
    return FAILED;
  }

  /** Returns whether the command failed because the process was told to stop meanwhile. */
  private static boolean isExplainedByStop(Throwable cause) {
    try {
      boolean isStopping =
          cause instanceof IOException ? ShutdownWork.isSoonUnderWay() : ShutdownWork.isUnderWay();
      if (isStopping) {
        log.debug("The command was stopped", cause);
      }
      return isStopping;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void execute(Arguments arguments) throws IOException, InterruptedException {
    var reader = new SettingReader(arguments.flags(), environment);
    switch (arguments.command()) {
      case SERVE -> ServeCommand.serve(ServerSettings.readToServe(reader));
      case MIGRATE -> MigrateCommand.run(CommandSettings.read(reader), output);
      case CREATE_ADMIN ->
          new CreateAdminCommand(output, input, terminal)
              .run(CommandSettings.read(reader), arguments.flags().get(CommandOption.EMAIL.flag()));
      case CREATE_CLIENT -> new ClientCommands(reader, output).create();
      case LIST_CLIENTS -> new ClientCommands(reader, output).list();
      case ROTATE_CLIENT -> new ClientCommands(reader, output).rotate();
      case DELETE_CLIENT -> new ClientCommands(reader, output).delete();
      case CREATE_WEBHOOK -> new WebhookCommands(reader, output).create();
      case LIST_WEBHOOKS -> new WebhookCommands(reader, output).list();
      case UPDATE_WEBHOOK -> new WebhookCommands(reader, output).update();
      case ROTATE_WEBHOOK -> new WebhookCommands(reader, output).rotate();
      case PAUSE_WEBHOOK -> new WebhookCommands(reader, output).pause();
      case RESUME_WEBHOOK -> new WebhookCommands(reader, output).resume();
      case DELETE_WEBHOOK -> new WebhookCommands(reader, output).delete();
      case REDELIVER_WEBHOOK -> new WebhookCommands(reader, output).redeliver();
      case LIST_DELIVERIES -> new WebhookCommands(reader, output).listDeliveries();
      case IMPORT -> new TransferCommands(reader, output).importUsers();
      case EXPORT -> new TransferCommands(reader, output).exportUsers();
      case SEED -> new TransferCommands(reader, output).seed();
      case HEALTHCHECK -> HealthCheckCommand.run(reader, output);
      case TRAIN ->
          TrainCommand.run(new SettingReader(onFreePorts(arguments), environment), output);
      default -> throw new IllegalStateException(arguments.command().word());
    }
  }

  private static Map<String, String> onFreePorts(Arguments arguments) {
    var free = new HashMap<>(arguments.flags());
    Map.of(Setting.GRPC_PORT, "0", Setting.REST_PORT, "0", Setting.BIND_ADDRESS, "localhost")
        .forEach((setting, text) -> free.put(setting.flag().orElseThrow(), text));
    return free;
  }
}
