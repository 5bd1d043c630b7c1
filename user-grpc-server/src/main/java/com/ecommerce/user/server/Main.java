package com.ecommerce.user.server;

import com.ecommerce.user.server.log.LogSetup;
import java.util.HashMap;
import java.util.Map;
import java.util.TimeZone;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line of the runnable jar. Exit status: 0 done, 1 with one clear line why not. */
@Command(
    name = "user-grpc-server",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Main.Version.class,
    sortOptions = false,
    description = {
      "The User Service: gRPC on port 50051, REST on port 8000. Without a database URL it runs its own PostgreSQL.",
      "Each setting is a flag or an environment variable (in brackets); the flag wins.",
      "Variables without a flag are in the README."
    },
    subcommands = {
      ServeCommand.class,
      MigrateCommand.class,
      CreateAdminCommand.class,
      CreateClientCommand.class,
      ListClientsCommand.class,
      RotateClientCommand.class,
      DeleteClientCommand.class,
      HealthCheckCommand.class,
      RehearseCommand.class
    })
final class Main implements Callable<Integer> {
  static final int FAILED = 1;
  static final String MAIL_STREAMS = "org.eclipse.angus.mail.util.MailStreamProvider";

  private static final Logger log = LoggerFactory.getLogger(Main.class);

  private final Map<String, String> environment;
  private final Map<String, String> flags = new HashMap<>();

  Main(Map<String, String> environment) {
    this.environment = environment;
  }

  /** What {@code --version} prints. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"user-grpc-server " + BuildInfo.version()};
    }
  }

  public static void main(String[] arguments) {
    var environment = System.getenv();
    LogSetup.apply(environment);
    // The JDBC driver sends the zone's name to PostgreSQL, which may not know it.
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    tellLibraries();
    // Without arguments there is nothing to parse, and picocli is a tenth of a start.
    int status = FAILED;
    try {
      status = arguments.length == 0 ? serve(environment) : execute(environment, arguments);
    } catch (Error failure) {
      log.error("The command failed unexpectedly", failure);
      System.err.println("failed unexpectedly; the log says more");
    }
    System.exit(status);
  }

  private static int execute(Map<String, String> environment, String[] arguments) {
    var problem = ArgumentBytes.problem();
    if (problem.isPresent()) {
      System.err.println(problem.get());
      return FAILED;
    }
    return commandLine(environment).execute(arguments);
  }

  /**
   * Tells libraries what they would find out at length. Netty and Jetty would load JMX and Flight
   * Recorder for it: a tenth of each start. The limit of direct memory is the one that Netty would
   * find; that a line of the processor's cache holds 16 references is true of all heaps below 32
   * GiB, and a guess elsewhere. Jakarta Mail would search all jars for its parts, several times for
   * each mail.
   */
  private static void tellLibraries() {
    var properties = System.getProperties();
    properties.putIfAbsent(
        "io.netty.maxDirectMemory", Long.toString(Runtime.getRuntime().maxMemory()));
    properties.putIfAbsent("io.netty.jfr.enabled", "false");
    properties.putIfAbsent("org.eclipse.jetty.util.referencesPerCacheLine", "16");
    properties.putIfAbsent("jakarta.mail.util.StreamProvider", MAIL_STREAMS);
  }

  /** As {@link #commandLine} does it when it is given no arguments. */
  private static int serve(Map<String, String> environment) {
    try {
      return new Main(environment).call();
    } catch (Exception failure) {
      System.err.println(lineFor(failure));
      return FAILED;
    }
  }

  static CommandLine commandLine(Map<String, String> environment) {
    return new CommandLine(new Main(environment))
        .setParameterExceptionHandler(
            (mistake, arguments) -> {
              mistake.getCommandLine().getErr().println(mistake.getMessage());
              return FAILED;
            })
        .setExecutionExceptionHandler(
            (failure, commandLine, result) -> {
              commandLine.getErr().println(lineFor(failure));
              return FAILED;
            });
  }

  private static String lineFor(Exception failure) {
    if (failure instanceof StartupException known) {
      if (known.getCause() != null) {
        log.debug("The command failed", failure);
      }
      return known.getMessage();
    }
    log.error("The command failed unexpectedly", failure);
    return "failed unexpectedly; the log says more";
  }

  @Option(
      names = "--port",
      paramLabel = "N",
      scope = ScopeType.INHERIT,
      description = "gRPC port; 0 takes a free one. Default 50051 (GRPC_PORT)")
  void port(String value) {
    flags.put("--port", value);
  }

  @Option(
      names = "--workers",
      paramLabel = "N",
      scope = ScopeType.INHERIT,
      description = "RPC handlers that run at once. Default 10 (GRPC_MAX_WORKERS)")
  void workers(String value) {
    flags.put("--workers", value);
  }

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      scope = ScopeType.INHERIT,
      description =
          "Address to listen on. Default: loopback with the embedded database, all interfaces with a"
              + " database URL (BIND_ADDRESS)")
  void bind(String value) {
    flags.put("--bind", value);
  }

  @Option(
      names = "--rest-port",
      paramLabel = "N",
      scope = ScopeType.INHERIT,
      description = "REST port; 0 takes a free one, -1 is --no-rest. Default 8000 (REST_PORT)")
  void restPort(String value) {
    flags.put("--rest-port", value);
  }

  @Option(names = "--no-rest", scope = ScopeType.INHERIT, description = "No REST, only gRPC")
  void noRest(boolean value) {
    if (value) {
      flags.put("--no-rest", "");
    }
  }

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      scope = ScopeType.INHERIT,
      description =
          "postgresql://user:pass@host:port/db?param=value; postgres:// and jdbc:postgresql:// too,"
              + " several hosts allowed. Default: the embedded PostgreSQL (DATABASE_URL)")
  void databaseUrl(String value) {
    flags.put("--database-url", value);
  }

  @Option(
      names = "--database-url-file",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description =
          "File that contains the database URL, so that its password is not on the command line"
              + " (DATABASE_URL_FILE)")
  void databaseUrlFile(String value) {
    flags.put("--database-url-file", value);
  }

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = "Where the embedded database keeps its data. Default data (DATA_DIR)")
  void dataDirectory(String value) {
    flags.put("--data-dir", value);
  }

  /**
   * @throws StartupException with every invalid value, one for each line
   */
  ServerSettings settings() {
    return ServerSettings.read(reader());
  }

  /**
   * Does the same as {@link #settings}, for a service that accepts calls.
   *
   * @throws StartupException with every invalid value, one for each line
   */
  ServerSettings settingsToServe() {
    return ServerSettings.readToServe(reader());
  }

  /** For commands that need few of the settings, and work whatever the others are. */
  SettingReader reader() {
    return new SettingReader(flags, environment);
  }

  /**
   * As {@link #settings}, on this machine's free ports only.
   *
   * @throws StartupException with every invalid value, one for each line
   */
  ServerSettings settingsForRehearsal() {
    var free = new HashMap<>(flags);
    free.putAll(Map.of("--port", "0", "--rest-port", "0", "--bind", "localhost"));
    return ServerSettings.read(free, environment);
  }

  /** No subcommand: serve. */
  @Override
  public Integer call() throws InterruptedException {
    return ServeCommand.serve(settingsToServe());
  }
}
