package com.ecommerce.user.torture;

import java.net.InetSocketAddress;

/**
 * The service under attack, on this machine.
 *
 * @param pid of its process
 */
record Target(int grpcPort, int restPort, long pid) {
  InetSocketAddress grpc() {
    return new InetSocketAddress("127.0.0.1", grpcPort);
  }
}
