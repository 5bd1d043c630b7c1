package com.ecommerce.user.core.internal.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.request.TrustedProxies;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConnectionTableTest {
  private static final Optional<String> OFFICE = Optional.of("192.0.2.1/32");
  private static final Optional<String> HOME = Optional.of("192.0.2.2/32");

  private final AtomicLong now = new AtomicLong();
  private final List<Fake> sentAway = new ArrayList<>();
  private final List<Fake> displaced = new ArrayList<>();
  private final ConnectionTable<Fake, Object> table =
      new ConnectionTable<>(
          "test", 6, 4, TrustedProxies.parse("10.0.0.0/8"), Object::new, now::get);

  private final class Fake implements ConnectionTable.Connection {
    private final Optional<String> network;
    private long lastActive = now.get();

    Fake(Optional<String> network) {
      this.network = network;
    }

    @Override
    public Optional<String> network() {
      return network;
    }

    @Override
    public long idleNanos(long at) {
      return at - lastActive;
    }

    @Override
    public void sendAway() {
      sentAway.add(this);
    }

    @Override
    public void displace() {
      displaced.add(this);
    }
  }

  private Fake admitted(Optional<String> network) {
    var connection = new Fake(network);
    assertTrue(table.admit(connection));
    return connection;
  }

  private void pass(int seconds) {
    now.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  @Test
  void fullNetwork_keepsNobodyElseOut() {
    for (int i = 0; i < 4; i++) {
      admitted(OFFICE);
    }

    assertFalse(table.admit(new Fake(OFFICE)), "all have just begun");
    admitted(HOME);
    assertEquals(5, table.size());
  }

  @Test
  void longestIdle_makesRoom() {
    admitted(HOME);
    pass(1);
    var first = admitted(OFFICE);
    var second = admitted(OFFICE);
    admitted(OFFICE);
    admitted(OFFICE);
    pass(10);
    first.lastActive = now.get();
    second.lastActive -= 1;

    admitted(OFFICE);

    assertEquals(List.of(second), sentAway);
    assertEquals(5, table.size());
  }

  @Test
  void allInUse_leavesNoRoom() {
    for (int i = 0; i < 6; i++) {
      admitted(i < 3 ? OFFICE : HOME);
    }

    assertFalse(table.admit(new Fake(OFFICE)));
    assertTrue(sentAway.isEmpty());
    assertTrue(displaced.isEmpty());
  }

  @Test
  void allInUse_ofSomeNetworks_keepNobodyElseOut() {
    List<Fake> ofOffice = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ofOffice.add(admitted(OFFICE));
    }
    admitted(HOME);
    admitted(HOME);
    pass(1);
    ofOffice.get(0).lastActive = now.get();

    var newcomer = admitted(Optional.of("192.0.2.3/32"));
    admitted(Optional.empty());

    assertEquals(List.of(ofOffice.get(1), ofOffice.get(2)), displaced);
    assertFalse(table.admit(new Fake(newcomer.network())), "nobody has more than two");
    assertEquals(6, table.size());
    assertTrue(sentAway.isEmpty());
  }

  @Test
  void connectionThatEnded_makesRoom() {
    List<Fake> connections = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      connections.add(admitted(OFFICE));
    }
    connections.forEach(table::forget);
    connections.forEach(table::forget);

    assertEquals(0, table.size());
    admitted(OFFICE);
  }

  @Test
  void trustedProxies_countInAllOnly() {
    assertEquals(Optional.empty(), table.networkOf(new InetSocketAddress("10.1.2.3", 1)));
    assertEquals(OFFICE, table.networkOf(new InetSocketAddress("192.0.2.1", 1)));
    assertEquals(
        Optional.of("2001:db8:0:0:0:0:0:0/64"),
        table.networkOf(new InetSocketAddress("2001:db8::1", 1)));
    for (int i = 0; i < 6; i++) {
      admitted(Optional.empty());
    }
  }

  @Test
  void connectionsOfANetwork_shareOneObjectAsLongAsThereAreAny() {
    var first = admitted(OFFICE);
    admitted(HOME);
    var office = table.shared("192.0.2.1/32");
    admitted(OFFICE);
    table.forget(first);

    assertSame(office, table.shared("192.0.2.1/32"));
    assertNotSame(office, table.shared("192.0.2.2/32"));
  }
}
