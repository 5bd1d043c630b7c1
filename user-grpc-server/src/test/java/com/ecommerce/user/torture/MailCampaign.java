package com.ecommerce.user.torture;

import com.ecommerce.common.v1.HealthStatus;
import com.ecommerce.user.torture.FakeSmtpServer.Behavior;
import com.ecommerce.user.v1.ConfirmEmailVerificationRequest;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.google.protobuf.Empty;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Registers users through two instances while the mail server fails in several ways. Registrations
 * must not become slow; every mail is delivered at least once, and more than once only if the
 * server did not answer whether it took the mail.
 */
final class MailCampaign implements Campaign {
  private static final Duration DURATION = Duration.ofSeconds(150);

  /**
   * The maximum time until all mails are sent, which exceeds the pauses between attempts after the
   * time under load.
   */
  private static final Duration MAX_RECOVERY = Duration.ofMinutes(6);

  private static final long REGISTRATION_PAUSE_MILLIS = 150;
  private static final int REFUSED_EVERY = 10;

  /** The ratio by which the median may grow while the mail server fails. */
  private static final double MAX_RATIO = 2;

  private static final double MAX_MORE_MILLIS = 200;
  private static final int WARM_UP = 30;
  private static final long MAX_MEBIBYTES = 400;
  private static final int MAX_LOG_LINES = 150;
  private static final int CONFIRMED = 20;
  private static final long DEADLINE_SECONDS = 30;
  private static final String DOMAIN = "@mail-campaign.example.com";

  private final List<String> broken = new ArrayList<>();

  @Override
  public String description() {
    return "registrations while the mail server fails in several ways";
  }

  @Override
  public String run(CampaignOptions options, PrintStream out)
      throws IOException, InterruptedException, SQLException {
    var deliveries = new ConcurrentLinkedQueue<FakeSmtpServer.Delivery>();
    try (var database = PostgresServer.start(options.directory());
        var mails = new FakeSmtpServer(deliveries::add)) {
      var settings =
          Map.of(
              "DATABASE_URL", database.url(),
              "SMTP_URL", mails.url(),
              "RATE_LIMIT_METHODS", "none");
      try (var first = ServiceUnderTest.start(options, "-1", settings);
          var second = ServiceUnderTest.start(options, "-2", settings)) {
        var registrations = new Registrations(first, second);
        try {
          registrations.warmUp();
          failInAllWays(mails, registrations, options.duration().orElse(DURATION), out);
          recover(database, mails, registrations, out);
          check(mails, registrations, List.copyOf(deliveries), out);
          checkServices(List.of(first, second), List.copyOf(deliveries), out);
        } finally {
          registrations.close();
        }
      }
    }
    return String.join("; ", broken);
  }

  private void failInAllWays(
      FakeSmtpServer mails, Registrations registrations, Duration duration, PrintStream out)
      throws IOException, InterruptedException {
    var behaviors = Behavior.values();
    long phase = duration.toNanos() / (behaviors.length + 1);
    for (Behavior behavior : behaviors) {
      mails.behave(behavior);
      note(registrations.during(behavior.name(), phase, out));
    }
    mails.behave(Behavior.ACCEPT);
    mails.goAway();
    note(registrations.during("AWAY", phase, out));
    mails.comeBack();
  }

  private void note(String promise) {
    if (!promise.isEmpty()) {
      broken.add(promise);
    }
  }

  private void recover(
      PostgresServer database, FakeSmtpServer mails, Registrations registrations, PrintStream out)
      throws InterruptedException, SQLException {
    long begin = System.nanoTime();
    String waiting = "select count(*) from mail_outbox where state = 'WAITING'";
    out.printf("  %d mails wait when the mail server works again%n", database.number(waiting));
    while (database.number(waiting) > 0 && System.nanoTime() - begin < MAX_RECOVERY.toNanos()) {
      TimeUnit.MILLISECONDS.sleep(500);
    }
    int left = database.number(waiting);
    out.printf(
        Locale.ROOT,
        "  %d mails still wait %.0f s later; %s%n",
        left,
        (System.nanoTime() - begin) / 1e9,
        mails.commands());
    if (left > 0) {
      broken.add(left + " mails were not sent in " + MAX_RECOVERY.toSeconds() + " s");
    }
    registrations.awaitHealth(broken);
  }

  private void check(
      FakeSmtpServer mails,
      Registrations registrations,
      List<FakeSmtpServer.Delivery> deliveries,
      PrintStream out) {
    Map<String, List<FakeSmtpServer.Delivery>> byRecipient =
        deliveries.stream().collect(Collectors.groupingBy(FakeSmtpServer.Delivery::recipient));
    int lost = 0;
    int repeated = 0;
    int confirmed = 0;
    for (String email : registrations.emails()) {
      var own = byRecipient.getOrDefault(email, List.of());
      long acknowledged = own.stream().filter(FakeSmtpServer.Delivery::isAcknowledged).count();
      long ids = own.stream().map(FakeSmtpServer.Delivery::messageId).distinct().count();
      lost += acknowledged == 0 ? 1 : 0;
      repeated += acknowledged > 1 || ids > 1 ? 1 : 0;
      // Mails with several copies first: the links of all copies must work.
      if (own.size() > 1 && confirmed < CONFIRMED) {
        confirmed++;
        registrations.confirm(own.get(0).links().get("verify-email"), broken);
      }
    }
    out.printf(
        "  %d mails for %d users in %d copies; %d lost, %d repeated without need, %d links of"
            + " repeated mails used%n",
        byRecipient.size(),
        registrations.emails().size(),
        deliveries.size(),
        lost,
        repeated,
        confirmed);
    if (registrations.failures().countOf("") > 0) {
      broken.add("registrations failed: " + registrations.failures());
    }
    if (lost > 0) {
      broken.add(lost + " mails were never delivered");
    }
    if (repeated > 0) {
      broken.add(repeated + " mails were sent again although they had been taken");
    }
    long refused = mails.commands().count("refused recipients");
    if (refused != registrations.refused()) {
      broken.add(
          refused + " attempts to deliver " + registrations.refused() + " mails that were refused");
    }
  }

  private void checkServices(
      List<ServiceUnderTest> services, List<FakeSmtpServer.Delivery> deliveries, PrintStream out)
      throws IOException {
    for (var service : services) {
      String log = Files.readString(service.log());
      out.printf("  at most %d MiB, %d lines of log%n", service.maxMebibytes(), service.logLines());
      if (service.maxMebibytes() > MAX_MEBIBYTES) {
        broken.add(service.maxMebibytes() + " MiB");
      }
      if (service.logLines() > MAX_LOG_LINES) {
        broken.add(service.logLines() + " lines of log");
      }
      boolean hasSecret =
          deliveries.stream()
              .flatMap(delivery -> delivery.links().values().stream())
              .anyMatch(log::contains);
      if (hasSecret || log.contains(DOMAIN)) {
        broken.add("the log has a token or an address");
      }
    }
  }

  /** Registers users, one by one, through the instances in turn. */
  private static final class Registrations {
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final List<String> emails = new ArrayList<>();
    private final List<Double> millis = new ArrayList<>();
    private final Tally failures = new Tally();
    private int refused;
    private int number;
    private double wellMillis;

    Registrations(ServiceUnderTest... services) {
      for (var service : services) {
        channels.add(Network.OTHERS.channelTo(service.target()));
      }
    }

    List<String> emails() {
      return emails;
    }

    Tally failures() {
      return failures;
    }

    int refused() {
      return refused;
    }

    private UserServiceGrpc.UserServiceBlockingStub users() {
      return UserServiceGrpc.newBlockingStub(channels.get(number % channels.size()))
          .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    void warmUp() {
      for (int i = 0; i < WARM_UP; i++) {
        register();
      }
    }

    /** Returns the broken promise; empty if registrations were fast. */
    String during(String state, long nanos, PrintStream out) throws InterruptedException {
      millis.clear();
      long end = System.nanoTime() + nanos;
      while (System.nanoTime() < end) {
        register();
        TimeUnit.MILLISECONDS.sleep(REGISTRATION_PAUSE_MILLIS);
      }
      if (millis.isEmpty()) {
        return "no registration succeeded in the state " + state;
      }
      var sorted = millis.stream().sorted().toList();
      double median = sorted.get((sorted.size() - 1) / 2);
      out.printf(
          Locale.ROOT,
          "  %-20s %3d registrations, median %.0f ms, at most %.0f ms%n",
          state,
          sorted.size(),
          median,
          sorted.get(sorted.size() - 1));
      if (state.equals(Behavior.ACCEPT.name())) {
        wellMillis = median;
      }
      return median > MAX_RATIO * wellMillis + MAX_MORE_MILLIS
          ? "registrations were slow while the mail server was in the state " + state
          : "";
    }

    private void register() {
      number++;
      boolean isRefused = number % REFUSED_EVERY == 0;
      String email = (isRefused ? "refused" : "user") + number + DOMAIN;
      long began = System.nanoTime();
      try {
        users()
            .createUser(
                CreateUserRequest.newBuilder()
                    .setEmail(email)
                    .setPassword(MixedCalls.PASSWORD)
                    .build());
      } catch (StatusRuntimeException failed) {
        failures.add(Statuses.describe(failed));
        return;
      }
      millis.add((System.nanoTime() - began) / 1e6);
      if (isRefused) {
        refused++;
      } else {
        emails.add(email);
      }
    }

    void confirm(String token, List<String> broken) {
      number++;
      try {
        users()
            .confirmEmailVerification(
                ConfirmEmailVerificationRequest.newBuilder().setToken(token).build());
      } catch (StatusRuntimeException failed) {
        broken.add("a link of a repeated mail: " + Statuses.describe(failed));
      }
    }

    /** Health is measured in the background, so it takes some seconds to improve. */
    void awaitHealth(List<String> broken) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      for (var channel : channels) {
        var stub = UserServiceGrpc.newBlockingStub(channel);
        while (stub.healthCheck(Empty.getDefaultInstance()).getStatus()
                != HealthStatus.HEALTH_STATUS_HEALTHY
            && System.nanoTime() < end) {
          TimeUnit.MILLISECONDS.sleep(500);
        }
        if (System.nanoTime() >= end) {
          broken.add("the health did not recover within a minute after the mail server");
        }
      }
    }

    void close() {
      channels.forEach(ManagedChannel::shutdownNow);
    }
  }
}
