package com.ecommerce.user.bench;

import com.ecommerce.user.bench.load.Load;
import com.ecommerce.user.bench.load.LoadClient;
import com.ecommerce.user.bench.load.ReadWorkload;
import com.ecommerce.user.bench.load.WriteWorkload;
import com.ecommerce.user.bench.report.Series.Spread;
import com.ecommerce.user.bench.server.ChildProcess;
import com.ecommerce.user.bench.server.Servers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Measures the proportional set size of the service with a heap of 128 MiB. */
final class MemoryPart {
  private static final int CACHED_USERS = 100_000;
  private static final int MAX_AFTER_START = 150;
  private static final int MAX_UNDER_LOAD = 250;

  private MemoryPart() {}

  static void run(Bench bench) {
    List<String> javaOptions = new ArrayList<>(bench.options().javaOptions());
    javaOptions.addAll(bench.options().classData());
    javaOptions.add("-Xmx128m");
    var afterStart = new ArrayList<Double>();
    var underLoad = new ArrayList<Double>();
    for (int round = 0; round < bench.options().rounds(); round++) {
      try (var process = bench.servers().startService(bench.data(), Map.of(), javaOptions)) {
        int port = Integer.parseInt(process.await(Servers.GRPC));
        var client = new LoadClient(port);
        client.run(
            ReadWorkload.byId(bench.someUsers(10)),
            new Load(1, 1, 0, Duration.ZERO, Duration.ofMillis(1)));
        afterStart.add(process.memory());
        underLoad.add(underLoad(bench, client, process));
      }
    }
    bench.report().add("memory", "after the start", spread(afterStart), "MiB", MAX_AFTER_START);
    bench
        .report()
        .add(
            "memory",
            String.format(
                Locale.ROOT, "most under load, %,d users read, 200 updates/s", CACHED_USERS),
            spread(underLoad),
            "MiB",
            MAX_UNDER_LOAD);
  }

  private static double underLoad(Bench bench, LoadClient client, ChildProcess process) {
    int[] users = bench.someUsers(CACHED_USERS);
    Duration time = bench.options().measured().multipliedBy(bench.options().isQuick() ? 2 : 4);
    var reading =
        CompletableFuture.supplyAsync(
            () -> client.run(ReadWorkload.byId(users), Load.of(4, 32, time)));
    var writing =
        CompletableFuture.supplyAsync(
            () -> client.run(WriteWorkload.updateAvatar(users), Load.paced(200, time)));
    double most = 0;
    while (!reading.isDone() || !writing.isDone()) {
      most = Math.max(most, process.memory());
      CompletableFuture.anyOf(
              CompletableFuture.allOf(reading, writing),
              new CompletableFuture<Void>()
                  .completeOnTimeout(null, 250, java.util.concurrent.TimeUnit.MILLISECONDS))
          .join();
    }
    reading.join();
    writing.join();
    return most;
  }

  private static Spread spread(List<Double> values) {
    return Spread.of(values.stream().mapToDouble(value -> value).toArray());
  }
}
