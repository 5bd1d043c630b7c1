package com.ecommerce.user.server.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.request.Networks;
import com.ecommerce.user.server.webhook.AddressRules.RefusedAddressException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {
  private static AddressRules rules(String allowed, String... addresses) {
    return new AddressRules(
        Networks.parse(allowed),
        host ->
            Arrays.stream(addresses).map(AddressRulesTest::address).toArray(InetAddress[]::new));
  }

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException noLiteral) {
      throw new IllegalArgumentException(noLiteral);
    }
  }

  private static List<String> usable(AddressRules rules, boolean isPlaintext)
      throws UnknownHostException {
    return rules.addresses("shop.example", isPlaintext).stream()
        .map(InetAddress::getHostAddress)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.255.255.255",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1"
      })
  void addresses_thatAreNotOfTheInternet_areRefused(String literal) {
    assertThrows(RefusedAddressException.class, () -> usable(rules("", literal), false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2001:200:0:0:0:0:0:1",
        "2606:4700:4700:0:0:0:0:1111",
        "2a00:1450:4001:81b:0:0:0:200e"
      })
  void addresses_ofTheInternet_areUsed(String literal) throws UnknownHostException {
    assertEquals(List.of(literal), usable(rules("", literal), false));
  }

  @Test
  void addresses_ofANameWithBoth_areThoseThatMayBeUsed() throws UnknownHostException {
    assertEquals(
        List.of("1.1.1.1"), usable(rules("", "127.0.0.1", "1.1.1.1", "169.254.169.254"), false));
  }

  @Test
  void networks_thatAreAllowed_areUsedEvenWithoutTls() throws UnknownHostException {
    var rules = rules("10.1.0.0/16,fd00::/8", "10.1.2.3", "10.2.0.1", "fd00::1", "1.1.1.1");

    assertEquals(List.of("10.1.2.3", "fd00:0:0:0:0:0:0:1", "1.1.1.1"), usable(rules, false));
    assertEquals(List.of("10.1.2.3", "fd00:0:0:0:0:0:0:1"), usable(rules, true));
  }

  @Test
  void addresses_mappedFromIpv4_areThoseOfIpv4() throws UnknownHostException {
    assertEquals(List.of("10.1.2.3"), usable(rules("10.0.0.0/8", "::ffff:10.1.2.3"), true));
  }
}
