package com.ecommerce.user.core.verification;

import com.ecommerce.user.core.request.ClientNetwork;
import java.time.Instant;

/**
 * The origin of an account whose email is not proven yet.
 *
 * @param network the client network, such as {@code 203.0.113.7/32}; empty if unknown
 * @param device the device, such as {@code Firefox on Windows}; may be empty
 */
public record Registration(String network, String device, Instant createdAt) {
  /**
   * Returns the /24 of an IPv4 network or the /48 of an IPv6 network, which its user may recognize
   * and which reveals little to others; empty if the network is unknown.
   */
  public String coarseNetwork() {
    return network.equals(ClientNetwork.LOCAL) ? "" : ClientNetwork.coarse(network);
  }
}
