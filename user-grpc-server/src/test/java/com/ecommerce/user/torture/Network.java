package com.ecommerce.user.torture;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.net.InetSocketAddress;

/**
 * A client network: an address of this machine from which clients connect. Linux has all of
 * 127.0.0.0/8 on its loopback interface.
 */
enum Network {
  /** The attacker's network. */
  ATTACKER("127.0.0.1"),
  /** The network of clients that are not related to the attacker. */
  OTHERS("127.0.0.2");

  private final String address;

  Network(String address) {
    this.address = address;
  }

  /** An address to bind a socket to, with any port. */
  InetSocketAddress local() {
    return new InetSocketAddress(address, 0);
  }

  /** A channel of gRPC; its owner shuts it down. */
  ManagedChannel channelTo(Target target) {
    return NettyChannelBuilder.forAddress(target.grpc())
        .localSocketPicker(
            new NettyChannelBuilder.LocalSocketPicker() {
              @Override
              public InetSocketAddress createSocketAddress(
                  java.net.SocketAddress remote, io.grpc.Attributes attributes) {
                return local();
              }
            })
        .usePlaintext()
        .build();
  }
}
