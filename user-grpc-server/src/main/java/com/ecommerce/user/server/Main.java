package com.ecommerce.user.server;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The command line of the runnable jar. Exit status: 0 done, 1 with one clear line why not. */
final class Main {
  static final int FAILED = 1;

  private static final Logger log = LoggerFactory.getLogger(Main.class);
  private static final String PROGRAM = "user-grpc-server";

  private static final List<String> DESCRIPTION =
      List.of(
          "The User Service: gRPC on port 50051, REST on port 8000. Without a database URL it runs its own PostgreSQL.",
          "Each setting is a flag or an environment variable (in brackets); the flag wins.",
          "Variables without a flag are in the README.");

  private static final List<Flag> FLAGS =
      List.of(
          new Flag("--port", "N", "gRPC port; 0 takes a free one. Default 50051 (GRPC_PORT)"),
          new Flag(
              "--bind",
              "ADDRESS",
              "Address to listen on. Default: loopback with the embedded database, all interfaces with a"
                  + " database URL (BIND_ADDRESS)"),
          new Flag(
              "--workers", "N", "RPC handlers that run at once. Default 10 (GRPC_MAX_WORKERS)"),
          new Flag(
              "--rest-port",
              "N",
              "REST port; 0 takes a free one, -1 is --no-rest. Default 8000 (REST_PORT)"),
          new Flag("--no-rest", "", "No REST, only gRPC"),
          new Flag(
              "--database-url",
              "URL",
              "postgresql://user:pass@host:port/db?param=value; postgres:// and jdbc:postgresql:// too,"
                  + " several hosts allowed. Default: the embedded PostgreSQL (DATABASE_URL)"),
          new Flag(
              "--data-dir",
              "DIR",
              "Where the embedded database keeps its data. Default data (DATA_DIR)"));

  private static final Command SERVE =
      new Command("serve", "Serves until SIGTERM. The default.", List.of(), ServeCommand::run);

  private static final List<Command> COMMANDS =
      List.of(
          SERVE,
          new Command(
              "migrate",
              "Brings the database's schema up to date, and ends.",
              List.of(),
              MigrateCommand::run),
          new Command(
              "create-admin",
              "Creates a user with the role ADMIN, whose email counts as verified; the password is the"
                  + " first line of standard input.",
              List.of(CreateAdminCommand.EMAIL),
              CreateAdminCommand::run),
          new Command(
              "create-client",
              "Creates a client for another service, and prints its id and secret, which is shown this"
                  + " once.",
              List.of(CreateClientCommand.NAME),
              CreateClientCommand::run),
          new Command(
              "healthcheck",
              "Asks the service on this machine how it is: status 0 when it serves, else 1.",
              List.of(),
              HealthCheckCommand::run),
          new Command(
              "rehearse",
              "Starts on a scratch database, calls itself, and ends: for class-data archives.",
              List.of(),
              RehearseCommand::run));

  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream err;

  Main(Map<String, String> environment, PrintStream out, PrintStream err) {
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  public static void main(String[] arguments) {
    tuneNetty();
    System.exit(new Main(System.getenv(), System.out, System.err).execute(arguments));
  }

  /**
   * Tells Netty what it would load JMX and Flight Recorder to find out: a tenth of each start. The
   * limit of direct memory is the one that it would find.
   */
  private static void tuneNetty() {
    var properties = System.getProperties();
    properties.putIfAbsent(
        "io.netty.maxDirectMemory", Long.toString(Runtime.getRuntime().maxMemory()));
    properties.putIfAbsent("io.netty.jfr.enabled", "false");
  }

  /** Does what the arguments say, and returns the exit status. */
  int execute(String... arguments) {
    try {
      return run(CommandLine.parse(FLAGS, COMMANDS, arguments));
    } catch (StartupException known) {
      if (known.getCause() != null) {
        log.debug("The command failed", known);
      }
      err.println(known.getMessage());
    } catch (Exception unexpected) {
      log.error("The command failed unexpectedly", unexpected);
      err.println("failed unexpectedly; the log says more");
    }
    return FAILED;
  }

  private int run(CommandLine line) throws Exception {
    if (line.isGiven(CommandLine.HELP)) {
      out.println(line.help(PROGRAM, DESCRIPTION));
      return 0;
    }
    if (line.isGiven(CommandLine.VERSION)) {
      out.println(PROGRAM + " " + BuildInfo.version());
      return 0;
    }
    var invocation = new Invocation(line.given(), environment, out);
    return line.command().orElse(SERVE).action().run(invocation);
  }
}
