package com.ecommerce.user.server.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.jul.LevelChangePropagator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Sends everything that the process logs to standard error, whichever logging library it uses. The
 * configuration is code rather than a file, since parsing XML takes a noticeable part of the start.
 * A file that the operator names in the system property {@code logback.configurationFile} replaces
 * it.
 */
public final class LogSetup {
  private static final String OWN_FILE = "logback.configurationFile";

  /** The parent of all loggers of this service. */
  private static final String SERVICE = "com.ecommerce.user";

  /** The libraries whose log output clients can cause. */
  private static final List<String> SPEAKING_WITH_CLIENTS =
      List.of("io.grpc", "io.netty", "org.eclipse.jetty", "com.sun.net.httpserver");

  private static final String TEXT_PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX, UTC} %-5level [%thread] %logger{0}: %msg"
          + "%replace( {%mdc}){' \\{\\}', ''}%n";

  private LogSetup() {}

  /**
   * Configures the log. Must be called before anything else. With {@link LogFormat#JSON},
   * everything that is printed to the standard streams from now on becomes JSON, too.
   *
   * @return the form of lines on standard error; text if a configuration file of the operator
   *     decides
   */
  public static LogFormat apply(LogLevel level, LogFormat chosen) {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    boolean hasOwnFile = System.getProperty(OWN_FILE) != null;
    var format = hasOwnFile ? LogFormat.TEXT : chosen;
    if (!hasOwnFile) {
      configure(context, level, format);
    }
    if (format == LogFormat.JSON) {
      System.setOut(new JsonPrintStream(System.out, "stdout", Level.INFO.toString()));
      System.setErr(new JsonPrintStream(System.err, "stderr", Level.WARN.toString()));
    }
    bridge(context);
    context.addTurboFilter(OutOfMemoryExit.of(format));
    Logger log = LoggerFactory.getLogger(LogSetup.class);
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> log.error("Thread {} ended unexpectedly", thread.getName(), failure));
    return format;
  }

  /**
   * Ignores the log output of the libraries that communicate with clients from now on. At a stop,
   * the service ends the connections of clients, which these libraries report as problems.
   */
  public static void muteLibraries() {
    muteLibraries((LoggerContext) LoggerFactory.getILoggerFactory());
  }

  static void muteLibraries(LoggerContext context) {
    SPEAKING_WITH_CLIENTS.forEach(library -> context.getLogger(library).setLevel(Level.OFF));
  }

  static void configure(LoggerContext context, LogLevel level, LogFormat format) {
    context.reset();
    var console = new OutputStreamAppender<ILoggingEvent>();
    console.setContext(context);
    console.setEncoder(encoder(context, format));
    // Standard output is for the lines with the ports. This takes the stream as it is now, since
    // System.err may be replaced later by one whose output becomes lines of the log.
    console.setOutputStream(new Unclosed(System.err));
    console.start();
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(console);
    // Libraries log only warnings and errors. Their more detailed output contains personal data.
    root.setLevel(Level.WARN);
    context.getLogger(SERVICE).setLevel(Level.toLevel(level.name()));
    var digest = new LibraryDigest(context.getLogger(LibraryDigest.class), System::nanoTime);
    digest.setContext(context);
    digest.start();
    for (String library : SPEAKING_WITH_CLIENTS) {
      var logger = context.getLogger(library);
      logger.setAdditive(false);
      logger.addAppender(digest);
    }
    // Javalin logs a failed start as an error, and the service already reports it as the reason for
    // its exit.
    context.getLogger("io.javalin").setLevel(Level.OFF);
    // The driver logs a certificate for another host as an error, and the exception also reports
    // it.
    context.getLogger("org.postgresql.ssl").setLevel(Level.OFF);
    // The pool reports each lost connection. The service reports one outage instead.
    context.getLogger("com.zaxxer.hikari.pool.PoolBase").setLevel(Level.ERROR);
    context.getLogger("com.zaxxer.hikari.pool.ProxyConnection").setLevel(Level.ERROR);
    // The producer reports each attempt to connect. The service reports one outage instead.
    var kafka = context.getLogger("org.apache.kafka");
    kafka.setLevel(Level.ERROR);
    kafka.setAdditive(false);
    kafka.addAppender(digest);
    // The exception of the producer reports a rejected sign-in, too.
    context.getLogger("org.apache.kafka.clients.NetworkClient").setLevel(Level.OFF);
    // The library warns that it keeps the data directory, and logs the output of initdb at INFO.
    context.getLogger("io.zonky.test").setLevel(Level.ERROR);
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext context, LogFormat format) {
    Encoder<ILoggingEvent> encoder =
        switch (format) {
          case TEXT -> {
            var text = new PatternLayoutEncoder();
            text.setPattern(TEXT_PATTERN);
            yield text;
          }
          case JSON -> new JsonLines();
        };
    encoder.setContext(context);
    encoder.start();
    return encoder;
  }

  /** Keeps a stream open when its appender is closed. */
  private static final class Unclosed extends FilterOutputStream {
    Unclosed(OutputStream stream) {
      super(stream);
    }

    @Override
    public void write(byte[] bytes, int start, int length) throws IOException {
      out.write(bytes, start, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }

  /**
   * Sets the levels of java.util.logging to those of this log, so that disabled loggers cost
   * nothing.
   */
  private static void bridge(LoggerContext context) {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    var propagator = new LevelChangePropagator();
    propagator.setContext(context);
    propagator.setResetJUL(true);
    propagator.start();
    context.addListener(propagator);
  }
}
