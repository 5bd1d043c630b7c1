package com.ecommerce.user.core.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {
  private static final TrustedProxies PROXIES =
      TrustedProxies.parse("10.0.0.0/8, 192.0.2.7, fd00::/8");

  private static String client(TrustedProxies proxies, String peer, String... headers)
      throws UnknownHostException {
    return proxies.client(InetAddress.getByName(peer), List.of(headers)).getHostAddress();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          203.0.113.5 | 198.51.100.1                         | 203.0.113.5
          10.1.2.3    | 198.51.100.1                         | 198.51.100.1
          10.1.2.3    | 8.8.8.8, 198.51.100.1                | 198.51.100.1
          10.1.2.3    | 198.51.100.1, 10.9.9.9, 192.0.2.7    | 198.51.100.1
          10.1.2.3    | 10.9.9.9, 192.0.2.7                  | 10.9.9.9
          192.0.2.7   | 198.51.100.1:4711                    | 198.51.100.1
          192.0.2.8   | 198.51.100.1                         | 192.0.2.8
          fd12::1     | 2001:db8::5                          | 2001:db8:0:0:0:0:0:5
          fd12::1     | [2001:db8::5]:443                    | 2001:db8:0:0:0:0:0:5
          10.1.2.3    | ::ffff:198.51.100.1                  | 198.51.100.1
          """)
  void client_isTheFirstFromTheRightThatIsNoTrustedProxy(
      String peer, String header, String expected) throws UnknownHostException {
    assertEquals(expected, client(PROXIES, peer, header));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unknown",
        "",
        "evil.example.com",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "_hidden",
        ":",
        "1:2",
        "fe80::1%eth0",
        "[::1",
        "198.51.100.1, "
      })
  void client_whereTheHeaderIsMalformed_isTheLastKnownHop(String header)
      throws UnknownHostException {
    assertEquals("10.1.2.3", client(PROXIES, "10.1.2.3", header));
    assertEquals("10.9.9.9", client(PROXIES, "10.1.2.3", header, "10.9.9.9"));
  }

  @Test
  void client_readsSeveralHeadersAsOne() throws UnknownHostException {
    assertEquals("198.51.100.1", client(PROXIES, "10.1.2.3", "8.8.8.8", "198.51.100.1, 10.2.2.2"));
  }

  @Test
  void client_withoutProxiesIsThePeer() throws UnknownHostException {
    assertEquals("10.1.2.3", client(TrustedProxies.NONE, "10.1.2.3", "198.51.100.1"));
    assertEquals("10.1.2.3", client(PROXIES, "10.1.2.3"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          10.1.2.3    | https      | true
          10.1.2.3    | HTTPS,http | true
          10.1.2.3    | http,https | false
          10.1.2.3    | http       | false
          10.1.2.3    | ''         | false
          203.0.113.5 | https      | false
          """)
  void https_isBelievedOfATrustedProxy(String peer, String header, boolean expected)
      throws UnknownHostException {
    assertEquals(expected, PROXIES.isHttps(InetAddress.getByName(peer), header));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "proxy.example.com",
        "10.0.0.0/33",
        "fd00::/129",
        "10.0.0.0/8/8",
        "10.0.0.0/",
        "/",
        "an empty entry"
      })
  void parse_rejectsWhatIsNoNetwork(String text) {
    var problem =
        assertThrows(
            IllegalArgumentException.class,
            () -> TrustedProxies.parse("10.0.0.1," + text.replace("an empty entry", "")));

    assertTrue(problem.getMessage().startsWith(text), problem.getMessage());
  }
}
