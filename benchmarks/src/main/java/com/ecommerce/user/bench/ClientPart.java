package com.ecommerce.user.bench;

import com.ecommerce.user.bench.load.ReadWorkload;
import com.ecommerce.user.bench.load.Sample;
import com.ecommerce.user.bench.server.EchoServer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Compares the load generator of the measurements with h2load: both call the echo server, and
 * h2load also calls GetUser, although only for one user and without checking the answers.
 */
final class ClientPart {
  private ClientPart() {}

  static void run(Bench bench) {
    int[] users = bench.someUsers(10_000);
    byte[] oneRequest = ReadWorkload.idRequest(users[0]);
    try (var echo = bench.servers().echo();
        var service = bench.servers().service(bench.data(), Map.of())) {
      var workload = ReadWorkload.constant(users, EchoServer.ANSWERED);
      bench.warmUp(echo, workload);
      bench.warmUp(service, ReadWorkload.byId(users));
      var h2load = new H2load(bench.options());
      for (int streams : new int[] {32, 8, 1}) {
        var load = bench.load(streams == 1 ? 1 : 4, streams);
        Map<String, Supplier<Sample>> contestants = new LinkedHashMap<>();
        contestants.put("this", () -> bench.run(echo, workload, load));
        contestants.put(
            "h2load", () -> h2load.grpc(echo.port(), workload.method(), oneRequest, load));
        contestants.put(
            "GetUser", () -> h2load.grpc(service.port(), workload.method(), oneRequest, load));
        var results = bench.compete(contestants);
        String inFlight = ", " + load.inFlight() + " in flight";
        bench.report().add("client", "echo by h2load, one id" + inFlight, results.get("h2load"));
        bench
            .report()
            .add(
                "client",
                "GetUser by h2load, one id" + inFlight,
                results.get("GetUser"),
                "echo by h2load",
                results.get("GetUser").ratioTo(results.get("h2load")));
        bench
            .report()
            .add("client", "echo by this client, 10,000 ids" + inFlight, results.get("this"));
      }
    }
  }
}
