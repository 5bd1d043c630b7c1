package com.ecommerce.user.server.intercept;

import com.ecommerce.user.core.request.ClientNetwork;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerCall;
import io.grpc.ServerTransportFilter;
import java.net.InetSocketAddress;

/**
 * Determines the network of a connection's peer, which may be a proxy. It does so once per
 * connection, since formatting an address is slow.
 */
public final class PeerNetworks extends ServerTransportFilter {
  private static final Attributes.Key<String> NETWORK = Attributes.Key.create("peer-network");

  @Override
  public Attributes transportReady(Attributes transport) {
    return transport.toBuilder().set(NETWORK, networkIn(transport)).build();
  }

  /** Returns the network of the peer; {@link ClientNetwork#LOCAL} for a caller in this process. */
  static String of(ServerCall<?, ?> call) {
    String known = call.getAttributes().get(NETWORK);
    return known == null ? networkIn(call.getAttributes()) : known;
  }

  private static String networkIn(Attributes transport) {
    return transport.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR) instanceof InetSocketAddress peer
        ? ClientNetwork.of(peer.getAddress())
        : ClientNetwork.LOCAL;
  }
}
