package com.ecommerce.user.core.request;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The networks of proxies whose {@code x-forwarded-for} is trusted. Anybody can send that header,
 * so it is ignored if another peer sends it. The first time this happens, a warning is logged,
 * since all clients behind a proxy that is missing here count as one. Thread-safe.
 */
public final class TrustedProxies {
  /** No proxy is trusted. */
  public static final TrustedProxies NONE = new TrustedProxies(List.of());

  private static final Logger log = LoggerFactory.getLogger(TrustedProxies.class);

  private static final Pattern IPV4 =
      Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
  private static final Pattern WITH_PORT =
      Pattern.compile("\\[([^\\]]+)](?::\\d+)?|([0-9.]+):\\d+");

  private final List<Network> networks;
  private final AtomicBoolean hasWarned = new AtomicBoolean();

  private TrustedProxies(List<Network> networks) {
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
  public static TrustedProxies parse(String text) {
    return text.isBlank()
        ? NONE
        : new TrustedProxies(
            Arrays.stream(text.split(",", -1)).map(String::strip).map(Network::parse).toList());
  }

  /**
   * Returns the address that a call comes from. The search starts at the peer, goes back along the
   * header, and ends at the first address that is not a trusted proxy. If the header is malformed,
   * it ends at the last address before the malformed part.
   *
   * @param forwardedFor the values of all {@code x-forwarded-for} headers, in their order
   */
  public InetAddress client(InetAddress peer, Iterable<String> forwardedFor) {
    if (!contains(peer)) {
      if (forwardedFor.iterator().hasNext()) {
        warnOnce(peer);
      }
      return peer;
    }
    String[] hops = String.join(",", forwardedFor).split(",", -1);
    InetAddress client = peer;
    for (int i = hops.length - 1; i >= 0 && contains(client); i--) {
      var hop = address(hops[i].strip());
      if (hop.isEmpty()) {
        return client;
      }
      client = hop.get();
    }
    return client;
  }

  /** Returns whether no proxy is trusted. */
  public boolean isEmpty() {
    return networks.isEmpty();
  }

  /** Logs a warning once. It does not contain the value of the header, since clients choose it. */
  private void warnOnce(InetAddress peer) {
    if (hasWarned.compareAndSet(false, true)) {
      log.warn(
          "A peer in {} sent x-forwarded-for, which is ignored because TRUSTED_PROXIES does not list the peer."
              + " If it is one of your proxies, add it to TRUSTED_PROXIES: all clients behind it count as one network",
          ClientNetwork.coarse(ClientNetwork.of(peer)));
    }
  }

  /** Returns whether the address belongs to a trusted proxy. */
  public boolean contains(InetAddress address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }

  private static Optional<InetAddress> address(String text) {
    var withPort = WITH_PORT.matcher(text);
    return withPort.matches()
        ? Stream.of(withPort.group(1), withPort.group(2))
            .filter(group -> group != null)
            .findFirst()
            .flatMap(TrustedProxies::literal)
        : literal(text);
  }

  /** Parses a literal address, without asking a name server. */
  private static Optional<InetAddress> literal(String text) {
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

  @Override
  public String toString() {
    return networks.stream().map(Network::toString).collect(Collectors.joining(","));
  }
}
