package com.ecommerce.user.torture;

import com.ecommerce.common.v1.PaginationRequest;
import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.UserRole;
import com.ecommerce.user.v1.UserServiceGrpc;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Races between clients of two instances on one database, over both transports and with caches on.
 * Checks the answers against the promises of the documentation.
 */
final class RacesCampaign implements Campaign {
  private static final Duration DURATION = Duration.ofSeconds(150);
  private static final String ADMIN = "admin@example.com";
  private static final int SHOWN = 20;

  @Override
  public String description() {
    return "changes of the same users through two instances, over gRPC and REST";
  }

  @Override
  public String run(CampaignOptions options, PrintStream out)
      throws IOException, InterruptedException, SQLException {
    var mailbox = new Mailbox();
    try (var database = PostgresServer.start(options.directory());
        var mails = new FakeSmtpServer(mailbox)) {
      var settings =
          Map.of(
              "DATABASE_URL",
              database.url(),
              "SMTP_URL",
              mails.url(),
              "RATE_LIMIT_METHODS",
              "none",
              "JWT_ACCESS_TOKEN_LIFETIME",
              "1440");
      try (var first = ServiceUnderTest.start(options, "-1", settings);
          var second = ServiceUnderTest.start(options, "-2", settings);
          var grpc1 = new GrpcRaceClient(1, first.target());
          var grpc2 = new GrpcRaceClient(2, second.target())) {
        String admin = admin(first.target());
        var clients =
            List.of(
                grpc1,
                new RestRaceClient(1, first.target(), admin),
                grpc2,
                new RestRaceClient(2, second.target(), admin));
        var field = new RaceEnvironment(clients, mailbox, database, new Tally(), new ArrayList<>());
        runAll(field, options.duration().orElse(DURATION), out);
        checkTotals(field, first.target());
        out.printf(
            "  %s%n", field.outcomes().toString().replace(", ", System.lineSeparator() + "  "));
        return summary(field, first, second);
      }
    }
  }

  private static String admin(Target target) {
    var channel = Network.OTHERS.channelTo(target);
    try {
      UserServiceGrpc.newBlockingStub(channel)
          .createUser(
              CreateUserRequest.newBuilder()
                  .setEmail(ADMIN)
                  .setPassword(RaceEnvironment.PASSWORD)
                  .addRoles(UserRole.USER_ROLE_ADMIN)
                  .build());
      return AuthServiceGrpc.newBlockingStub(channel)
          .login(
              LoginRequest.newBuilder()
                  .setEmail(ADMIN)
                  .setPassword(RaceEnvironment.PASSWORD)
                  .build())
          .getAccessToken();
    } finally {
      channel.shutdownNow();
    }
  }

  private static void runAll(RaceEnvironment field, Duration duration, PrintStream out)
      throws InterruptedException {
    Map<String, Race> races = new LinkedHashMap<>();
    races.put("versions", new VersionRace());
    races.put("addresses", new AddressRace());
    races.put("emails", new EmailRace());
    races.put("tokens", new TokenRace());
    races.put("sessions", new SessionRace());
    long end = System.nanoTime() + duration.toNanos();
    var threads = Executors.newFixedThreadPool(races.size());
    try {
      Map<String, Future<Integer>> running = new LinkedHashMap<>();
      races.forEach((name, race) -> running.put(name, threads.submit(rounds(field, race, end))));
      for (var race : running.entrySet()) {
        try {
          out.printf("  %s: %d rounds%n", race.getKey(), race.getValue().get());
        } catch (ExecutionException failed) {
          field.violation(race.getKey(), "the race ended early: " + failed.getCause());
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static Callable<Integer> rounds(RaceEnvironment field, Race race, long end) {
    return () -> {
      int round = 0;
      while (System.nanoTime() < end) {
        race.run(field, round++);
      }
      race.finish(field);
      return round;
    };
  }

  /** Checks that the stored counts equal those of the rows. */
  private static void checkTotals(RaceEnvironment field, Target target) throws SQLException {
    var channel = Network.OTHERS.channelTo(target);
    try {
      long told =
          UserServiceGrpc.newBlockingStub(channel)
              .listUsers(
                  ListUsersRequest.newBuilder()
                      .setPagination(PaginationRequest.newBuilder().setPageSize(1))
                      .build())
              .getPagination()
              .getTotalCount();
      int users = field.database().number("select count(*) from users");
      if (told != users) {
        field.violation("totals", "ListUsers counts " + told + " users, the database " + users);
      }
      int missing =
          field
              .database()
              .number(
                  """
                  select count(*) from users full join user_directory using (id)
                  where users.email is null or user_directory.search_text is null
                  """);
      if (missing > 0) {
        field.violation("totals", missing + " rows of users and user_directory do not match");
      }
    } finally {
      channel.shutdownNow();
    }
  }

  private static String summary(
      RaceEnvironment field, ServiceUnderTest first, ServiceUnderTest second) {
    var violations = new ArrayList<>(field.allViolations());
    for (var service : List.of(first, second)) {
      if (!service.isAlive()) {
        violations.add("an instance ended with status " + service.exitStatus());
      }
    }
    if (violations.size() > SHOWN) {
      int more = violations.size() - SHOWN;
      return String.join("; ", violations.subList(0, SHOWN)) + "; and " + more + " more";
    }
    return String.join("; ", violations);
  }
}
