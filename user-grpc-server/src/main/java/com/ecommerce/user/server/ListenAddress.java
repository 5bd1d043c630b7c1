package com.ecommerce.user.server;

import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.server.config.Setting;
import com.ecommerce.user.server.config.StartupException;
import com.google.common.net.HostAndPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The address and port that an endpoint listens on.
 *
 * @param port the setting of the port, which error messages name
 */
record ListenAddress(Setting port, InetSocketAddress socket) {
  private static final Logger log = LoggerFactory.getLogger(ListenAddress.class);

  /**
   * Returns the address of an endpoint.
   *
   * @param host empty for all interfaces
   * @throws StartupException when the host is invalid
   */
  static ListenAddress of(Optional<String> host, Setting port, int number) {
    var socket =
        host.map(name -> new InetSocketAddress(name, number))
            .orElseGet(() -> new InetSocketAddress(number));
    if (socket.isUnresolved()) {
      throw new StartupException(
          Setting.BIND_ADDRESS.title()
              + ": "
              + socket.getHostString()
              + " (expected: an address of this machine)");
    }
    return new ListenAddress(port, socket);
  }

  /**
   * Returns the failure of an endpoint that cannot listen. It names the settings that may be
   * invalid: the port, and also the bind address if it is not one of this machine.
   */
  StartupException cannotListen(IOException failed) {
    return new StartupException(
        (isOfThisMachine() ? "" : Setting.BIND_ADDRESS.title() + " or ")
            + port.title()
            + ": cannot listen on "
            + HostAndPort.fromParts(socket.getAddress().getHostAddress(), socket.getPort())
            + ": "
            + Stages.innermostCause(failed).getMessage()
            + " (expected: a free port of this machine)",
        failed);
  }

  private boolean isOfThisMachine() {
    InetAddress address = socket.getAddress();
    try {
      return address.isAnyLocalAddress()
          || address.isLoopbackAddress()
          || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException unknown) {
      log.debug("The addresses of this machine cannot be determined", unknown);
      return false;
    }
  }
}
