package com.ecommerce.user.bench;

import com.ecommerce.user.bench.load.ReadWorkload;
import com.ecommerce.user.bench.load.Sample;
import com.ecommerce.user.bench.load.Workload;
import com.ecommerce.user.bench.report.Report.Target;
import com.ecommerce.user.bench.server.EchoServer;
import com.ecommerce.user.bench.server.Servers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Measures reads of single users by id and by email. */
final class ReadParts {
  private static final int HOT = 10_000;
  private static final int SPREAD = 500_000;
  private static final int PGBENCH_CLIENTS = 4;

  private ReadParts() {}

  /** Measures users that fit into the cache, against a server that has one answer in memory. */
  static void cached(Bench bench) {
    int[] users = bench.someUsers(HOT);
    String data = bench.data();
    var profile = Profile.of(bench, "read-cached");
    try (var echo = bench.servers().echo();
        var service = bench.servers().service(data, profile.settings())) {
      var hot = ReadWorkload.byId(users);
      var constant = ReadWorkload.constant(users, EchoServer.ANSWERED);
      bench.warmUp(echo, constant);
      bench.warmUp(service, hot);
      for (int streams : new int[] {32, 8, 1}) {
        int connections = streams == 1 ? 1 : 4;
        var load = bench.load(connections, streams);
        Map<String, Supplier<Sample>> contestants = new LinkedHashMap<>();
        contestants.put("echo", () -> bench.run(echo, constant, load));
        contestants.put("GetUser", () -> bench.run(service, hot, load));
        var results = bench.compete(contestants);
        var limit = results.get("echo");
        var ours = results.get("GetUser");
        String inFlight = ", " + load.inFlight() + " in flight";
        bench.report().add("read-cached", "echo" + inFlight, limit);
        bench
            .report()
            .add(
                "read-cached",
                "GetUser" + inFlight,
                ours,
                "echo",
                ours.ratioTo(limit),
                Target.atLeast(0.8));
      }
      profile.finish(service);
    }
  }

  /** Measures random users without a cache, against a server that is built like most services. */
  static void uncached(Bench bench) {
    int[] users = bench.someUsers(SPREAD);
    String data = bench.data();
    bench.pgbench().checkIds(data, bench.options().users());
    var profile = Profile.of(bench, "read-uncached");
    try (var jdbc = bench.servers().jdbc(data);
        var service = bench.servers().service(data, profile.settings("CACHE_MEGABYTES", "0"))) {
      for (var workload : new Workload[] {ReadWorkload.byId(users), ReadWorkload.byEmail(users)}) {
        bench.warmUp(jdbc, workload);
        bench.warmUp(service, workload);
      }
      uncached(bench, "GetUser", ReadWorkload.byId(users), jdbc, service, data);
      uncached(bench, "GetUserByEmail", ReadWorkload.byEmail(users), jdbc, service, data);
      profile.finish(service);
    }
  }

  private static void uncached(
      Bench bench,
      String name,
      Workload workload,
      Servers.Running jdbc,
      Servers.Running service,
      String data) {
    int count = bench.options().users();
    for (int streams : new int[] {32, 8, 1}) {
      var load = bench.load(streams == 1 ? 1 : 4, streams);
      Map<String, Supplier<Sample>> contestants = new LinkedHashMap<>();
      contestants.put("jdbc", () -> bench.run(jdbc, workload, load));
      contestants.put("ours", () -> bench.run(service, workload, load));
      boolean hasPgbench = name.equals("GetUser") && streams != 8;
      int clients = streams == 1 ? 1 : PGBENCH_CLIENTS;
      if (hasPgbench) {
        contestants.put(
            "pgbench",
            () -> bench.pgbench().select(data, count, clients, bench.options().measured()));
      }
      var results = bench.compete(contestants);
      var ours = results.get("ours");
      String what = name + ", " + load.inFlight() + " in flight";
      bench.report().add("read-uncached", "jdbc: " + what, results.get("jdbc"));
      bench
          .report()
          .add(
              "read-uncached",
              what,
              ours,
              "jdbc",
              ours.ratioTo(results.get("jdbc")),
              Target.atLeast(streams == 1 ? 1 : 3));
      if (hasPgbench) {
        bench
            .report()
            .add("read-uncached", "pgbench, " + clients + " clients", results.get("pgbench"));
      }
    }
  }
}
