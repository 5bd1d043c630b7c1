package com.ecommerce.user.core.call;

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
 * The networks whose proxies are believed when they tell, in {@code x-forwarded-for}, whom they
 * speak for. Everybody can send that header, so what others say is ignored; the first time that
 * this happens the log says so, since a proxy that was forgotten makes all clients behind it one.
 * Thread-safe.
 */
public final class TrustedProxies {
  /** Nobody is believed. */
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
      var address =
          literal(parts[0])
              .orElseThrow(() -> new IllegalArgumentException(text + " (expected: " + FORM + ")"));
      int bits = address.getAddress().length * Byte.SIZE;
      int length = parts.length == 1 ? bits : length(parts[1]);
      if (parts.length > 2 || length < 0 || length > bits) {
        throw new IllegalArgumentException(text + " (expected: " + FORM + ")");
      }
      return new Network(address.getAddress(), length);
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
   * @param text networks or single addresses, separated by commas
   * @throws IllegalArgumentException that names the part that is none
   */
  public static TrustedProxies parse(String text) {
    return new TrustedProxies(
        Arrays.stream(text.split(","))
            .map(String::strip)
            .filter(part -> !part.isEmpty())
            .map(Network::parse)
            .toList());
  }

  /**
   * The address that a call comes from: going from the peer back along the header, the first that
   * is no trusted proxy. Where the header is malformed, the last address before that.
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

  /** Whether nobody is believed. */
  public boolean isEmpty() {
    return networks.isEmpty();
  }

  /** Without what the header says, which is the client's choice. */
  private void warnOnce(InetAddress peer) {
    if (hasWarned.compareAndSet(false, true)) {
      log.warn(
          "A peer in {} sent x-forwarded-for, which is ignored, since TRUSTED_PROXIES does not name the peer."
              + " If it is a proxy of yours, TRUSTED_PROXIES may be missing: all clients behind it count as one",
          ClientNetwork.coarse(ClientNetwork.of(peer)));
    }
  }

  /** Whether the address is a trusted proxy's. */
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

  /** Never asks a name server. */
  private static Optional<InetAddress> literal(String text) {
    try {
      if (IPV4.matcher(text).matches()) {
        return Optional.of(InetAddress.getByName(text));
      }
      // In brackets nothing but an IPv6 address is looked for.
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
