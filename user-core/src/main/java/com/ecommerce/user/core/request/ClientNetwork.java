package com.ecommerce.user.core.request;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * The network that a client's address belongs to. Limits count all addresses of one network
 * together, since a single client can use them all. Stateless.
 */
public final class ClientNetwork {
  /** The network of callers in this process. */
  public static final String LOCAL = "local";

  private static final int PREFIX_BYTES = 8;

  /** The number of groups of four digits in a /48. */
  private static final int SITE_GROUPS = 3;

  private ClientNetwork() {}

  /** Returns the address itself (/32) for IPv4, and the /64 that a site is assigned for IPv6. */
  public static String of(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress() + "/32";
    }
    byte[] prefix = Arrays.copyOf(address.getAddress(), PREFIX_BYTES);
    try {
      return InetAddress.getByAddress(Arrays.copyOf(prefix, 16)).getHostAddress() + "/64";
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("16 bytes are an address", impossible);
    }
  }

  /**
   * Returns the surrounding network that is too large to identify a person: the /24 of IPv4, the
   * /48 of IPv6. A text that is not a network is returned unchanged.
   */
  public static String coarse(String network) {
    int lastByte = network.lastIndexOf('.');
    if (network.endsWith("/32") && lastByte > 0) {
      return network.substring(0, lastByte) + ".0/24";
    }
    var groups = Arrays.asList(network.split(":", -1));
    return network.endsWith("/64") && groups.size() > SITE_GROUPS
        ? String.join(":", groups.subList(0, SITE_GROUPS)) + "::/48"
        : network;
  }
}
