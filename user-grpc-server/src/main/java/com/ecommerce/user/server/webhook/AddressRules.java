package com.ecommerce.user.server.webhook;

import com.ecommerce.user.core.request.Networks;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * The addresses to which messages may be sent: those of the internet, and those that the operator
 * allows. Immutable.
 *
 * <p>The addresses that are not of the internet are those of IANA's registries of special-purpose
 * addresses (RFC 6890). Of IPv6, only the global unicast addresses that are assigned so far
 * (2000::/3) count as such. So the addresses that contain one of IPv4 are refused, too, since a
 * gateway could lead from them to a private one.
 */
final class AddressRules {
  private static final Networks SPECIAL_IPV4 =
      Networks.parse(
          "0.0.0.0/8,10.0.0.0/8,100.64.0.0/10,127.0.0.0/8,169.254.0.0/16,172.16.0.0/12,192.0.0.0/24,"
              + "192.0.2.0/24,192.31.196.0/24,192.52.193.0/24,192.88.99.0/24,192.168.0.0/16,"
              + "192.175.48.0/24,198.18.0.0/15,198.51.100.0/24,203.0.113.0/24,224.0.0.0/4,240.0.0.0/4");

  private static final Networks GLOBAL_IPV6 = Networks.parse("2000::/3");

  /** Protocol assignments with Teredo, documentation, 6to4, and again documentation. */
  private static final Networks SPECIAL_IPV6 =
      Networks.parse("2001::/23,2001:db8::/32,2002::/16,3fff::/20,2620:4f:8000::/48");

  private final Networks allowed;
  private final HostLookup lookup;

  /** Finds the addresses of a host. */
  @FunctionalInterface
  interface HostLookup {
    /**
     * Returns the addresses of a name, or the address that the text is.
     *
     * @throws UnknownHostException if there are none
     */
    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  /** Thrown if no address of a host may be used. */
  static final class RefusedAddressException extends UnknownHostException {
    private static final long serialVersionUID = 1;

    RefusedAddressException(String host) {
      super("no address of " + host + " may be used");
    }
  }

  /**
   * @param allowed the networks that may be used although they are not of the internet
   */
  AddressRules(Networks allowed, HostLookup lookup) {
    this.allowed = allowed;
    this.lookup = lookup;
  }

  /** Returns whether there may be addresses to which messages are sent without TLS. */
  boolean allowsPlaintext() {
    return !allowed.isEmpty();
  }

  /**
   * Returns the addresses of the host that may be used.
   *
   * @param host a name, or an address in any notation
   * @param isPlaintext whether the message is sent without TLS, so that it may not leave the
   *     networks that the operator allows
   * @throws RefusedAddressException if there are none
   */
  List<InetAddress> addresses(String host, boolean isPlaintext) throws UnknownHostException {
    var usable =
        Arrays.stream(lookup.addresses(host))
            .filter(address -> allowed.contains(address) || (!isPlaintext && isGlobal(address)))
            .toList();
    if (usable.isEmpty()) {
      throw new RefusedAddressException(host);
    }
    return usable;
  }

  /** Returns whether an address is one of the internet. */
  static boolean isGlobal(InetAddress address) {
    // The JDK represents an IPv4-mapped address of IPv6 as one of IPv4.
    return address.getAddress().length == 4
        ? !SPECIAL_IPV4.contains(address)
        : GLOBAL_IPV6.contains(address) && !SPECIAL_IPV6.contains(address);
  }
}
