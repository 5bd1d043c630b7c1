package com.ecommerce.user.torture;

import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.UpdateUserProfileRequest;
import com.ecommerce.user.v1.UserProfile;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Kills a primary with a synchronous standby under load, and promotes the standby. Two instances of
 * the service have both hosts in their URL.
 */
final class FailoverCampaign implements Campaign {
  private static final long DEFAULT_SECONDS = 30;
  private static final double MAX_RETURN = 1.3;
  private static final double MAX_CALL = 5;

  /** The maximum age of users in the memory of another instance, in seconds. */
  private static final double MAX_AGE = 3.3;

  private static final int USERS = 20;
  private static final int MAX_LINES = 4;

  private final List<String> broken = new ArrayList<>();

  @Override
  public String description() {
    return "a primary is killed under load, and its standby promoted";
  }

  @Override
  public String run(CampaignOptions options, PrintStream out)
      throws IOException, InterruptedException, SQLException {
    broken.clear();
    long seconds = options.duration().map(Duration::toSeconds).orElse(DEFAULT_SECONDS);
    var directory = options.directory().resolve("failover");
    try (var primary = BreakablePostgres.in(directory.resolve("primary"))) {
      primary.start();
      primary.stop();
      try (var standby = primary.standby(directory.resolve("standby"))) {
        primary.start();
        standby.start();
        primary.execute("alter system set synchronous_standby_names = 'standby'");
        primary.execute("select pg_reload_conf()");
        run(options, primary, standby, Math.max(2, seconds / 2), out);
      }
    }
    return String.join("; ", broken);
  }

  private void run(
      CampaignOptions options,
      BreakablePostgres primary,
      BreakablePostgres standby,
      long seconds,
      PrintStream out)
      throws IOException, InterruptedException, SQLException {
    String hosts = primary.host() + "," + standby.host();
    var settings =
        Map.of(
            "DATABASE_URL",
            "postgresql://postgres@" + hosts + "/postgres?target_session_attrs=read-write",
            "DATABASE_READ_URL",
            "postgresql://postgres@" + standby.host() + "/postgres",
            "RATE_LIMIT_METHODS",
            "none");
    var otherDirectory = options.directory().resolve("failover-other");
    Files.createDirectories(otherDirectory);
    var otherOptions =
        new CampaignOptions(
            options.jar(), otherDirectory, options.javaOptions(), options.duration());
    try (var service = ServiceUnderTest.start(options, settings);
        var other = ServiceUnderTest.start(otherOptions, settings);
        var load = new MixedLoad(service.target())) {
      var channels =
          List.of(
              Network.OTHERS.channelTo(service.target()), Network.OTHERS.channelTo(other.target()));
      var here = UserServiceGrpc.newBlockingStub(channels.get(0));
      var there = UserServiceGrpc.newBlockingStub(channels.get(1));
      List<String> known = new ArrayList<>();
      for (int i = 0; i < USERS; i++) {
        known.add(here.createUser(MixedLoad.newUser("known")).getUser().getId());
      }
      known.forEach(user -> there.getUser(get(user)));
      load.start();
      TimeUnit.SECONDS.sleep(seconds);
      long lines = service.logLines();
      long killed = System.nanoTime();
      primary.kill();
      TimeUnit.SECONDS.sleep(2);
      standby.execute("select pg_promote()");
      long promoted = standby.awaitAnswer("create temporary table promoted ()");
      double followed = secondsUntilSeen(here, there, known);
      TimeUnit.SECONDS.sleep(seconds);
      judge(load.calls(), killed, promoted, out);
      lines = service.logLines() - lines;
      out.printf(
          Locale.ROOT, "  another instance saw all changes after %.2f s at most%n", followed);
      require(followed <= MAX_AGE, "another instance showed old data for " + followed + " s");
      int acknowledged = load.acknowledgedCount();
      int lost = load.lostChanges();
      out.printf("  acknowledged changes: %d, lost: %d%n", acknowledged, lost);
      require(lost == 0, lost + " acknowledged changes are lost");
      out.printf("  log: %d lines%n", lines);
      require(lines <= MAX_LINES, lines + " lines of log");
      require(service.logLines(".* ERROR .*|\\s+at .*") == 0, "errors in the log");
      channels.forEach(channel -> channel.shutdownNow());
    }
  }

  private static GetUserRequest get(String user) {
    return GetUserRequest.newBuilder().setUserId(user).build();
  }

  /** Changes users through one instance, and returns for how long another one had the old state. */
  private static double secondsUntilSeen(
      UserServiceBlockingStub here, UserServiceBlockingStub there, List<String> users)
      throws InterruptedException {
    double longest = 0;
    for (String user : users) {
      String company = "after the failover " + System.nanoTime();
      var change =
          UpdateUserProfileRequest.newBuilder()
              .setUserId(user)
              .setProfile(UserProfile.newBuilder().setCompany(company))
              .build();
      untilOk(() -> here.updateUserProfile(change));
      long changed = System.nanoTime();
      while (!untilOk(() -> there.getUser(get(user)).getUser().getProfile().getCompany())
          .equals(company)) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      longest = Math.max(longest, (System.nanoTime() - changed) / 1e9);
    }
    return longest;
  }

  private static <T> T untilOk(java.util.function.Supplier<T> call) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      try {
        return call.get();
      } catch (io.grpc.StatusRuntimeException failed) {
        if (System.nanoTime() > deadline) {
          throw failed;
        }
        TimeUnit.MILLISECONDS.sleep(10);
      }
    }
  }

  private void judge(List<MixedLoad.Done> calls, long killed, long promoted, PrintStream out) {
    var outcomes = new Tally();
    calls.stream()
        .filter(call -> call.ended() - killed > 0)
        .forEach(call -> outcomes.add(call.outcome()));
    double longest =
        calls.stream()
            .filter(call -> call.ended() - killed > 0)
            .mapToDouble(MixedLoad.Done::seconds)
            .max()
            .orElse(0);
    double last =
        calls.stream()
            .filter(call -> !call.isOk() && call.ended() - promoted > 0)
            .mapToDouble(call -> (call.ended() - promoted) / 1e9)
            .max()
            .orElse(0);
    double firstWrite =
        calls.stream()
            .filter(call -> call.isOk() && call.name().equals("UpdateUserProfile"))
            .filter(call -> call.ended() - promoted > 0)
            .mapToDouble(call -> (call.ended() - promoted) / 1e9)
            .min()
            .orElse(Double.POSITIVE_INFINITY);
    out.printf(
        Locale.ROOT,
        "  promoted %.2f s after the kill; first write answered %.2f s and last failure %.2f s after that;"
            + " longest call %.2f s%n  %s%n",
        (promoted - killed) / 1e9,
        firstWrite,
        last,
        longest,
        outcomes);
    require(firstWrite <= MAX_RETURN, "writes went on after " + firstWrite + " s");
    require(last <= MAX_RETURN, "calls failed " + last + " s after the promotion");
    require(longest <= MAX_CALL, "a call took " + longest + " s");
    long expected =
        outcomes.count("OK")
            + outcomes.count("UNAVAILABLE DATABASE_UNAVAILABLE (retry)")
            + outcomes.count("503 DATABASE_UNAVAILABLE (retry)");
    require(outcomes.countOf("") == expected, "other failures: " + outcomes);
  }

  private void require(boolean holds, String promise) {
    if (!holds) {
      broken.add(promise);
    }
  }
}
