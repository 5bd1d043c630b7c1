package com.ecommerce.user.core.request;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A set of IP networks. Immutable. */
public final class Networks {
  /** The empty set. */
  public static final Networks NONE = new Networks(List.of());

  private static final Pattern IPV4 =
      Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  private final List<Network> networks;

  private Networks(List<Network> networks) {
    this.networks = networks;
  }

  private record Network(byte[] address, int prefixLength) {
    private static final String FORM = "a network such as 10.0.0.0/8 or fd00::/8";

    static Network parse(String text) {
      String[] parts = text.split("/", -1);
      var address = literal(parts[0]).orElseThrow(() -> notANetwork(text));
      int bits = address.getAddress().length * Byte.SIZE;
      int length = parts.length == 1 ? bits : length(parts[1]);
      if (parts.length > 2 || length < 0 || length > bits) {
        throw notANetwork(text);
      }
      return new Network(address.getAddress(), length);
    }

    private static IllegalArgumentException notANetwork(String text) {
      return new IllegalArgumentException(
          (text.isEmpty() ? "an empty entry" : text) + " (expected: " + FORM + ")");
    }

    private static int length(String text) {
      return text.matches("\\d{1,3}") ? Integer.parseInt(text) : -1;
    }

    boolean contains(InetAddress candidate) {
      byte[] bytes = candidate.getAddress();
      if (bytes.length != address.length) {
        return false;
      }
      for (int bit = 0; bit < prefixLength; bit++) {
        int mask = 0x80 >> (bit % Byte.SIZE);
        if (((bytes[bit / Byte.SIZE] ^ address[bit / Byte.SIZE]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }

    @Override
    public String toString() {
      try {
        return InetAddress.getByAddress(address).getHostAddress() + "/" + prefixLength;
      } catch (UnknownHostException impossible) {
        throw new IllegalStateException("it was an address", impossible);
      }
    }
  }

  /**
   * Parses a list of networks.
   *
   * @param text networks or single addresses, separated by commas; a blank text for none
   * @throws IllegalArgumentException if a part is empty or not a network; the message names it
   */
  public static Networks parse(String text) {
    return text.isBlank()
        ? NONE
        : new Networks(
            Arrays.stream(text.split(",", -1)).map(String::strip).map(Network::parse).toList());
  }

  /** Returns whether the set has no networks. */
  public boolean isEmpty() {
    return networks.isEmpty();
  }

  /** Returns whether the address belongs to one of the networks. */
  public boolean contains(InetAddress address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }

  /** Parses a literal address, without asking a name server. */
  static Optional<InetAddress> literal(String text) {
    try {
      if (IPV4.matcher(text).matches()) {
        return Optional.of(InetAddress.getByName(text));
      }
      // A name in brackets can only be an IPv6 address, so no name server is asked.
      return IPV6.matcher(text).matches()
          ? Optional.of(InetAddress.getByName("[" + text + "]"))
          : Optional.empty();
    } catch (UnknownHostException noAddress) {
      return Optional.empty();
    }
  }

  /** Returns the networks as {@link #parse} accepts them. */
  @Override
  public String toString() {
    return networks.stream().map(Network::toString).collect(Collectors.joining(","));
  }
}
