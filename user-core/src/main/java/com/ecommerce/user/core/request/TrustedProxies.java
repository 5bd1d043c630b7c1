package com.ecommerce.user.core.request;

import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The networks of proxies whose {@code x-forwarded-for} and {@code x-forwarded-proto} are trusted.
 * Anybody can send these headers, so they are ignored if another peer sends them. The first time
 * that this happens to each of the headers, a warning is logged, since all clients behind a proxy
 * that is missing here count as one, and their cookies may be sent without encryption. Thread-safe.
 */
public final class TrustedProxies {
  /** No proxy is trusted. */
  public static final TrustedProxies NONE = new TrustedProxies(Networks.NONE);

  private static final Logger log = LoggerFactory.getLogger(TrustedProxies.class);

  private static final Pattern WITH_PORT =
      Pattern.compile("\\[([^\\]]+)](?::\\d+)?|([0-9.]+):\\d+");

  private final Networks networks;
  private final AtomicBoolean hasWarned = new AtomicBoolean();
  private final AtomicBoolean hasWarnedOfHttps = new AtomicBoolean();

  private TrustedProxies(Networks networks) {
    this.networks = networks;
  }

  /**
   * Parses a list of networks.
   *
   * @param text as for {@link Networks#parse}
   * @throws IllegalArgumentException if a part is empty or not a network; the message names it
   */
  public static TrustedProxies parse(String text) {
    return new TrustedProxies(Networks.parse(text));
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

  /**
   * Returns whether a trusted proxy states that the client uses HTTPS.
   *
   * @param forwardedProto the value of {@code x-forwarded-proto}; of several, the first one is that
   *     of the client
   */
  public boolean isHttps(InetAddress peer, String forwardedProto) {
    boolean isHttps = forwardedProto.split(",", 2)[0].strip().equalsIgnoreCase("https");
    if (isHttps && !contains(peer) && hasWarnedOfHttps.compareAndSet(false, true)) {
      log.warn(
          "A peer in {} sent x-forwarded-proto: https, which is ignored because TRUSTED_PROXIES does not list the peer."
              + " If it is one of your proxies, add it to TRUSTED_PROXIES or set PUBLIC_BASE_URL to an https URL:"
              + " the cookies of pages do not have the attribute Secure",
          ClientNetwork.coarse(ClientNetwork.of(peer)));
    }
    return isHttps && contains(peer);
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
    return networks.contains(address);
  }

  private static Optional<InetAddress> address(String text) {
    var withPort = WITH_PORT.matcher(text);
    return withPort.matches()
        ? Stream.of(withPort.group(1), withPort.group(2))
            .filter(group -> group != null)
            .findFirst()
            .flatMap(Networks::literal)
        : Networks.literal(text);
  }

  @Override
  public String toString() {
    return networks.toString();
  }
}
