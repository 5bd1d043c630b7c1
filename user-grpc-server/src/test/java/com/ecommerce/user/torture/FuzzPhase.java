package com.ecommerce.user.torture;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;

/** The calls to one service: a thread for each kind of call, one call after the other. */
final class FuzzPhase {
  private static final int CALLS_OF_CALLERS = 300;

  private static final List<String> PROBES =
      List.of(
          "/metrics",
          "/livez",
          "/readyz",
          "/",
          "//",
          "/metrics/",
          "/metrics?name[]=x",
          "/%zz",
          "/../livez",
          "*",
          "/livez%00",
          "http://[",
          "/a b");

  private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "OPTIONS", "X");

  private final ServiceUnderTest service;
  private final FuzzCallers callers;
  private final long seed;
  private final FuzzRecord record;
  private final ManagedChannel channel;
  private final ManagedChannel honest;
  private final FuzzCaller root;
  private final ConcurrentLinkedDeque<String> users = new ConcurrentLinkedDeque<>();
  private final Set<String> secrets = ConcurrentHashMap.newKeySet();
  private final List<AutoCloseable> connections = new ArrayList<>();
  private int generators;

  FuzzPhase(ServiceUnderTest service, FuzzCallers callers, long seed, FuzzRecord record) {
    this.service = service;
    this.callers = callers;
    this.seed = seed;
    this.record = record;
    this.channel = Network.ATTACKER.channelTo(service.target());
    // Wrong passwords from one network slow down the logins of all new accounts there.
    this.honest = Network.OTHERS.channelTo(service.target());
    this.root = callers.root(honest);
    secrets.addAll(List.of(FuzzValues.SECRET, callers.clientSecret(), root.token()));
  }

  FuzzCaller root() {
    return root;
  }

  private FuzzValues values() {
    generators++;
    return new FuzzValues(seed + generators, "f" + seed + "." + generators, users);
  }

  private FuzzHttp http(InetSocketAddress address) {
    var http = new FuzzHttp(address);
    connections.add(http);
    return http;
  }

  /** Calls the service for the given time. */
  void run(Duration time) throws IOException, InterruptedException {
    var target = service.target();
    var rest = http(target.rest());
    var http2 = new Http2Fuzzer(target.grpcPort(), values(), record);
    connections.add(http2);
    var agreement =
        new FuzzAgreement(
            FuzzCallers.users(honest, root), http(target.rest()), root, values(), record);
    var metrics =
        http(new InetSocketAddress(InetAddress.getLoopbackAddress(), target.metricsPort()));
    var probes = values();
    List<Thread> threads = new ArrayList<>();
    long end = System.nanoTime() + time.toNanos();
    threads.add(worker("grpc", end, new GrpcFuzzer(channel, values(), record)::call));
    threads.add(
        worker("rest", end, new RestFuzzer(rest, values(), record, operations(rest))::call));
    threads.add(worker("http2", end, caller -> http2.call()));
    threads.add(worker("agreement", end, caller -> agreement.call()));
    threads.add(worker("probes", end, caller -> probe(metrics, probes)));
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    connections.forEach(this::close);
    channel.shutdownNow();
    honest.shutdownNow();
  }

  private static List<RestDescription.Operation> operations(FuzzHttp http) throws IOException {
    String request = "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n";
    var answer = http.send(request.getBytes(StandardCharsets.US_ASCII), false);
    return new RestDescription(new JsonMapper().readTree(answer.body())).operations();
  }

  private void close(AutoCloseable connection) {
    try {
      connection.close();
    } catch (Exception failed) {
      record.add("close", "close failed", 0);
    }
  }

  private Thread worker(String name, long end, Consumer<FuzzCaller> call) {
    var values = values();
    return new Thread(
        () -> {
          try {
            callUntil(end, call, values);
          } catch (StatusRuntimeException failed) {
            record.breakPromise("a valid call of " + name + " failed", failed.toString());
          } catch (RuntimeException | Error defect) {
            record.breakPromise("the worker " + name + " ended", defect.toString());
          }
        },
        "fuzz-" + name);
  }

  private void callUntil(long end, Consumer<FuzzCaller> call, FuzzValues values) {
    List<FuzzCaller> known = List.of();
    for (int i = 0; System.nanoTime() < end && service.isAlive(); i++) {
      if (i % CALLS_OF_CALLERS == 0) {
        known = callers.callers(honest, root, values);
        known.stream().map(FuzzCaller::token).forEach(secrets::add);
      }
      call.accept(values.oneOf(known));
    }
  }

  /** Requests metrics and probes. */
  private void probe(FuzzHttp http, FuzzValues values) {
    String method = values.oneOf(METHODS);
    String path = values.oneOf(PROBES);
    String request =
        method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    long begin = System.nanoTime();
    try {
      var answer = http.send(request.getBytes(StandardCharsets.US_ASCII), method.equals("HEAD"));
      http.close();
      record.add("metrics port", "metrics " + answer.status(), System.nanoTime() - begin);
      if (answer.status() >= 500) {
        record.breakPromise("the port for metrics " + answer.status(), request);
      }
      record.checkSecrets("the port for metrics", answer.body());
    } catch (IOException failed) {
      close(http);
      record.add("metrics port", "metrics closed", System.nanoTime() - begin);
    }
  }

  /** Checks that the service lives, and that its log has no defect and no secret. */
  void checkEnd() throws IOException {
    if (!service.isAlive()) {
      record.breakPromise("the service ended with " + service.exitStatus(), "");
    }
    secrets.remove("");
    for (String line : Files.readAllLines(service.log(), StandardCharsets.UTF_8)) {
      if (line.contains(" ERROR ")) {
        record.breakPromise("an ERROR line", line);
      }
      if (secrets.stream().anyMatch(line::contains)) {
        record.breakPromise("a secret in the log", line.substring(0, Math.min(60, line.length())));
      }
    }
  }
}
