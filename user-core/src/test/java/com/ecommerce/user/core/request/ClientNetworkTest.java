package com.ecommerce.user.core.request;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientNetworkTest {
  @ParameterizedTest
  @CsvSource({
    "203.0.113.7, 203.0.113.7/32",
    "127.0.0.1, 127.0.0.1/32",
    "2001:db8:1:2:3:4:5:6, 2001:db8:1:2:0:0:0:0/64",
    "2001:db8:1:2::, 2001:db8:1:2:0:0:0:0/64",
    "::1, 0:0:0:0:0:0:0:0/64",
    "fe80::1%1, fe80:0:0:0:0:0:0:0/64",
    "::ffff:203.0.113.7, 203.0.113.7/32",
  })
  void of_isTheHostInIpv4AndTheSiteInIpv6(String address, String network)
      throws UnknownHostException {
    assertEquals(network, ClientNetwork.of(InetAddress.getByName(address)));
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.7/32, 203.0.113.0/24",
    "2001:db8:1:2:0:0:0:0/64, 2001:db8:1::/48",
    "local, local",
  })
  void coarse_isNobodysAddress(String network, String coarse) {
    assertEquals(coarse, ClientNetwork.coarse(network));
  }
}
