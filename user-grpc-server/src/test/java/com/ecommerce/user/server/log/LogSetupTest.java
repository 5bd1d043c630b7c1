package com.ecommerce.user.server.log;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.LoggerContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogSetupTest {
  /** The service reports an outage in one line. These loggers would add one for each connection. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "com.zaxxer.hikari.pool.PoolBase",
        "com.zaxxer.hikari.pool.ProxyConnection",
        "org.apache.kafka.clients.NetworkClient"
      })
  void lostConnections_areNotReportedOneByOne(String logger) {
    var context = new LoggerContext();

    LogSetup.configure(context, LogLevel.DEBUG, LogFormat.TEXT);

    assertFalse(context.getLogger(logger).isWarnEnabled());
    assertDoesNotThrow(
        () -> Class.forName(logger, false, LogSetupTest.class.getClassLoader()), logger);
    context.stop();
  }

  /** At a stop, the service itself ends connections and event loops, which Netty reports. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.netty.util.concurrent.DefaultPromise.rejectedExecution",
        "org.eclipse.jetty.ee10.servlet.ServletChannelState",
        "io.grpc.netty.NettyServerTransport"
      })
  void librariesOfConnections_areMutedAtAStop(String logger) {
    var context = new LoggerContext();
    LogSetup.configure(context, LogLevel.DEBUG, LogFormat.TEXT);
    assertTrue(context.getLogger(logger).isErrorEnabled());

    LogSetup.muteLibraries(context);

    assertFalse(context.getLogger(logger).isErrorEnabled());
    assertTrue(context.getLogger("com.ecommerce.user.server").isErrorEnabled());
    context.stop();
  }
}
