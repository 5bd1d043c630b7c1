package com.ecommerce.user.bench;

import com.ecommerce.user.bench.load.Latencies;
import com.ecommerce.user.bench.load.Load;
import com.ecommerce.user.bench.load.LoadClient;
import com.ecommerce.user.bench.load.ReadWorkload;
import com.ecommerce.user.bench.load.Sample;
import com.ecommerce.user.bench.load.Workload;
import com.ecommerce.user.bench.load.WriteWorkload;
import com.ecommerce.user.bench.report.Report.Target;
import com.ecommerce.user.bench.report.Series;
import com.ecommerce.user.bench.report.Series.Spread;
import com.ecommerce.user.bench.server.EchoServer;
import com.ecommerce.user.bench.server.Servers;
import com.ecommerce.user.core.credential.HashSettings;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.internal.hash.PasswordHasher;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Measures creating and changing users, and reading them at the same time. */
final class WriteParts {
  private static final int HOT = 10_000;
  private static final int SPREAD = 200_000;
  private static final int UPDATES_PER_SECOND = 200;

  /** A cost of bcrypt that is low enough to measure the rest of a call. */
  private static final int CHEAP = 4;

  private WriteParts() {}

  static void create(Bench bench) {
    create(bench, "bcrypt", HashSettings.DEFAULT);
    create(bench, "argon2id", HashSettings.argon2id());
    besideTheHash(bench);
    bench
        .database()
        .execute(
            bench.data(),
            "delete from users where email like '%" + WriteWorkload.CREATED_DOMAIN + "'");
  }

  /** Measures enough callers to keep the hashing pool busy, against all cores only hashing. */
  private static void create(Bench bench, String name, HashSettings hashing) {
    var profile = Profile.of(bench, "create-" + name);
    try (var service =
        bench.servers().service(bench.data(), profile.settings("PASSWORD_HASH", name))) {
      var workload = WriteWorkload.create();
      var load = bench.load(2, 4);
      bench.warmUpShortly(service, workload);
      hashes(bench, hashing, cores());
      Map<String, Supplier<Sample>> contestants = new LinkedHashMap<>();
      contestants.put("hashes", () -> hashes(bench, hashing, cores()));
      contestants.put("ours", () -> bench.run(service, workload, load));
      var results = bench.compete(contestants);
      var ours = results.get("ours");
      bench.report().add("create", cores() + " threads that hash, " + name, results.get("hashes"));
      bench
          .report()
          .add(
              "create",
              "CreateUser, " + name + ", " + load.inFlight() + " in flight",
              ours,
              "hashing",
              ours.ratioTo(results.get("hashes")),
              Target.atLeast(0.9));
      profile.finish(service);
    }
  }

  private static void besideTheHash(Bench bench) {
    var profile = Profile.of(bench, "create-cheap");
    var settings = profile.settings("PASSWORD_BCRYPT_COST", Integer.toString(CHEAP));
    try (var service = bench.servers().service(bench.data(), settings)) {
      var workload = WriteWorkload.create();
      bench.warmUpShortly(service, workload);
      Map<String, Supplier<Sample>> contestants = new LinkedHashMap<>();
      contestants.put("hashes", () -> hashes(bench, HashSettings.bcrypt(CHEAP), 1));
      contestants.put("ours", () -> bench.run(service, workload, bench.load(1, 1)));
      var results = bench.compete(contestants);
      double rest = results.get("ours").p50().median() - results.get("hashes").p50().median();
      bench
          .report()
          .add("create", "CreateUser without the hash, p50, 1 in flight", Spread.of(rest), "ms", 3);
      profile.finish(service);
    }
  }

  private static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  private static Sample hashes(Bench bench, HashSettings settings, int threads) {
    var hasher = new PasswordHasher(settings, new SecureRandom());
    Password password = Password.parse("staple battery horse");
    long start = System.nanoTime();
    long end = start + bench.options().measured().toNanos();
    Executor ownThread = work -> new Thread(work, "hash").start();
    List<CompletableFuture<Latencies>> running = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      running.add(
          CompletableFuture.supplyAsync(
              () -> {
                var latencies = new Latencies();
                for (long now = System.nanoTime(); now < end; ) {
                  hasher.hash(password);
                  long done = System.nanoTime();
                  latencies.add(done - now);
                  now = done;
                }
                return latencies;
              },
              ownThread));
    }
    var all = running.stream().map(CompletableFuture::join).toList();
    long count = all.stream().mapToLong(Latencies::count).sum();
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Sample(count / seconds, all.get(0).percentile(50), all.get(0).percentile(99), 0);
  }

  /** Measures updates of one field of one user, against pgbench on bare rows of the same width. */
  static void update(Bench bench) {
    int[] users = bench.someUsers(SPREAD);
    bench.pgbench().prepareUpdates(bench.data(), bench.options().users());
    var profile = Profile.of(bench, "update");
    try (var service = bench.servers().service(bench.data(), profile.settings())) {
      var avatar = WriteWorkload.updateAvatar(users);
      var firstName = WriteWorkload.updateFirstName(users);
      bench.warmUpShortly(service, avatar, 8);
      bench.warmUpShortly(service, firstName, 8);
      Map<String, Series> limits = new LinkedHashMap<>();
      for (int clients : new int[] {4, 32}) {
        var load = bench.load(4, clients / 4);
        Map<String, Supplier<Sample>> contestants = new LinkedHashMap<>();
        contestants.put(
            "pgbench",
            () ->
                bench
                    .pgbench()
                    .update(
                        bench.data(),
                        bench.options().users(),
                        clients,
                        bench.options().measured()));
        contestants.put("avatar_url", () -> bench.run(service, avatar, load));
        contestants.put("first_name", () -> bench.run(service, firstName, load));
        var results = bench.compete(contestants);
        String pgbench = "pgbench, " + clients + " clients";
        limits.put(pgbench, results.get("pgbench"));
        bench.report().add("update", pgbench, results.get("pgbench"));
        for (String field : List.of("avatar_url", "first_name")) {
          var ours = results.get(field);
          String what = "UpdateUser " + field + ", " + clients + " in flight";
          limits.forEach(
              (name, limit) ->
                  bench
                      .report()
                      .add("update", what, ours, name, ours.ratioTo(limit), Target.atLeast(0.5)));
        }
      }
      profile.finish(service);
    }
  }

  /**
   * Measures GetUser of cached users while some of the same users are changed. The echo server is
   * measured beside as many updates by pgbench, which shows how much the updates alone cost the
   * machine.
   */
  static void beside(Bench bench) {
    int[] users = bench.someUsers(HOT);
    bench.pgbench().prepareUpdates(bench.data(), bench.options().users());
    var profile = Profile.of(bench, "writers");
    try (var echo = bench.servers().echo();
        var service = bench.servers().service(bench.data(), profile.settings())) {
      var reads = ReadWorkload.byId(users);
      var constant = ReadWorkload.constant(users, EchoServer.ANSWERED);
      var writes = WriteWorkload.updateAvatar(users);
      bench.warmUp(echo, constant);
      bench.warmUp(service, reads);
      bench.warmUpShortly(service, writes);
      for (int streams : new int[] {32, 8}) {
        var load = bench.load(4, streams);
        var writeSeries = new Series();
        Map<String, Supplier<Sample>> contestants = new LinkedHashMap<>();
        contestants.put("echo", () -> bench.run(echo, constant, load));
        contestants.put("echo beside", () -> besidePgbench(bench, echo, constant, load));
        contestants.put("alone", () -> bench.run(service, reads, load));
        contestants.put("beside", () -> beside(bench, service, reads, writes, load, writeSeries));
        var results = bench.compete(contestants);
        var alone = results.get("alone");
        var beside = results.get("beside");
        String inFlight = ", " + load.inFlight() + " in flight";
        String what = "GetUser" + inFlight;
        bench.report().add("writers", "echo" + inFlight + ", alone", results.get("echo"));
        bench
            .report()
            .add(
                "writers",
                "echo" + inFlight + ", beside pgbench's updates",
                results.get("echo beside"),
                "echo",
                results.get("echo beside").ratioTo(results.get("echo")));
        bench.report().add("writers", what + ", alone", alone);
        bench.report().add("writers", "UpdateUser meanwhile", writeSeries);
        bench
            .report()
            .add(
                "writers",
                what + ", beside writers: calls/s",
                beside,
                "alone",
                beside.ratioTo(alone),
                Target.atLeast(0.8));
        bench
            .report()
            .add(
                "writers",
                what + ", beside writers: p99",
                beside,
                "alone",
                beside.p99RatioTo(alone),
                Target.atMost(3));
      }
      profile.finish(service);
    }
  }

  private static Sample besidePgbench(
      Bench bench, Servers.Running echo, Workload constant, Load load) {
    var time = load.warmUp().plus(load.measured());
    var writing =
        CompletableFuture.runAsync(
            () ->
                bench
                    .pgbench()
                    .updateAtRate(bench.data(), bench.options().users(), UPDATES_PER_SECOND, time));
    Sample sample = bench.run(echo, constant, load);
    writing.join();
    return sample;
  }

  private static Sample beside(
      Bench bench,
      Servers.Running service,
      Workload reads,
      Workload writes,
      Load load,
      Series writeSeries) {
    Duration time = load.warmUp().plus(load.measured());
    var pace = Load.paced(UPDATES_PER_SECOND, time);
    var writing =
        CompletableFuture.supplyAsync(() -> new LoadClient(service.port()).run(writes, pace));
    Sample sample = bench.run(service, reads, load);
    writeSeries.add(writing.join());
    return sample;
  }
}
