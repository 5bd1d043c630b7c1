package com.ecommerce.user.core.request;

import static com.ecommerce.user.core.testing.FuzzInput.accepted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.ecommerce.user.core.testing.FuzzInput;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ClientAddressFuzz {
  private static final TrustedProxies PROXIES =
      TrustedProxies.parse("10.0.0.0/8, fd00::/8, 127.0.0.1");

  private final InetAddress proxy = address(10, 0, 0, 1);
  private final InetAddress stranger = address(203, 0, 113, 7);

  private static InetAddress address(int... bytes) {
    try {
      return InetAddress.getByAddress(
          new byte[] {(byte) bytes[0], (byte) bytes[1], (byte) bytes[2], (byte) bytes[3]});
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The input is one or two lines of the header x-forwarded-for. */
  @FuzzTest
  void client_ignoresHeadersFromUntrustedPeers(byte[] input) {
    var lines = FuzzInput.texts(input, 2).stream().filter(line -> !line.isEmpty()).toList();
    check(lines);
    FuzzInput.repeated(String.join(",", lines)).ifPresent(longText -> check(List.of(longText)));
  }

  private void check(List<String> lines) {
    assertEquals(stranger, PROXIES.client(stranger, lines));
    InetAddress client = PROXIES.client(proxy, lines);
    String all = String.join(",", lines);
    if (!PROXIES.contains(client)) {
      assertEquals(client, PROXIES.client(proxy, List.of("198.51.100.1", all)));
    }
    assertEquals(stranger, PROXIES.client(proxy, List.of(all, "203.0.113.7")));
    String network = ClientNetwork.of(client);
    assertTrue(network.endsWith("/32") || network.endsWith("/64"), network);
    assertTrue(ClientNetwork.coarse(network).matches(".*/(24|48)"), network);
  }

  @FuzzTest
  void trustedProxies_areCanonical(byte[] input) {
    String text = FuzzInput.text(input).replaceAll("\\p{Cc}", "");
    accepted(input, IllegalArgumentException.class, () -> TrustedProxies.parse(text))
        .ifPresent(
            proxies -> {
              String printed = proxies.toString();
              assertEquals(printed, TrustedProxies.parse(printed).toString());
              assertEquals(proxies.isEmpty(), printed.isEmpty());
            });
  }

  @FuzzTest
  void device_hasOnlyHarmlessCharacters(byte[] input) {
    String userAgent = FuzzInput.text(input);
    checkDevice(userAgent);
    FuzzInput.repeated(userAgent).ifPresent(ClientAddressFuzz::checkDevice);
  }

  private static void checkDevice(String userAgent) {
    String device = new ClientInfo(userAgent, false).device();
    assertTrue(device.matches("[A-Za-z0-9 _-]{0,80}"), "characters of a device");
  }
}
