package com.ecommerce.user.bench;

import com.ecommerce.user.bench.load.AuthenticatedWorkload;
import com.ecommerce.user.bench.load.BenchUsers;
import com.ecommerce.user.bench.load.Load;
import com.ecommerce.user.bench.load.ReadWorkload;
import com.ecommerce.user.bench.load.Sample;
import com.ecommerce.user.bench.report.Report;
import com.ecommerce.user.bench.report.Series;
import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.core.value.UserId;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Measures calls with the tokens of many users against the same calls without tokens. */
final class AuthenticatedPart {
  private static final String PART = "authenticated";
  private static final int HOT = 10_000;
  private static final int CONNECTIONS = 4;
  private static final double WANTED = 0.8;

  /** Reported outside the target, since it mostly measures the cost of Huffman decoding. */
  private static final String COMPRESSED = "GetUser, AUTH_MODE=required, Huffman-coded tokens";

  private AuthenticatedPart() {}

  static void run(Bench bench) {
    int[] users =
        Arrays.stream(bench.someUsers(HOT)).distinct().filter(AuthenticatedPart::isOpen).toArray();
    String data = bench.data();
    List<String> tokens = tokens(bench, data, users);
    var profile = Profile.of(bench, PART);
    try (var off = bench.servers().service(data, Map.of("AUTH_MODE", "off"));
        var required = bench.servers().service(data, profile.settings("AUTH_MODE", "required"))) {
      var without = ReadWorkload.byId(users);
      var with = AuthenticatedWorkload.getUser(users, tokens, false);
      var compressed = AuthenticatedWorkload.getUser(users, tokens, true);
      var validation = AuthenticatedWorkload.validateToken(users, tokens);
      bench.warmUp(off, without);
      bench.warmUp(off, with);
      bench.warmUp(required, with);
      bench.warmUp(required, validation);
      for (int streams : new int[] {32, 8}) {
        var load = bench.load(CONNECTIONS, streams);
        Map<String, Supplier<Sample>> contestants = new LinkedHashMap<>();
        contestants.put("GetUser without", () -> bench.run(off, without, load));
        contestants.put("GetUser", () -> bench.run(off, with, load));
        contestants.put("GetUser, AUTH_MODE=required", () -> bench.run(required, with, load));
        contestants.put(COMPRESSED, () -> bench.run(required, compressed, load));
        contestants.put(
            "ValidateToken, AUTH_MODE=required", () -> bench.run(required, validation, load));
        report(bench, bench.compete(contestants), load);
      }
      profile.finish(required);
    } finally {
      bench.database().execute(data, "delete from sessions");
    }
  }

  private static void report(Bench bench, Map<String, Series> results, Load load) {
    String inFlight = ", " + load.inFlight() + " in flight";
    var limit = results.get("GetUser without");
    var report = bench.report();
    results.forEach(
        (name, series) -> {
          String what = name + inFlight;
          if (series == limit) {
            report.add(PART, what, series);
          } else if (name.equals(COMPRESSED)) {
            report.add(PART, what, series, "no token", series.ratioTo(limit));
          } else {
            var target = Report.Target.atLeast(WANTED);
            report.add(PART, what, series, "no token", series.ratioTo(limit), target);
          }
        });
  }

  /** Returns whether the account is open, since closed ones have no sessions. */
  private static boolean isOpen(int number) {
    return BenchUsers.ALL.get(number).status().isOpen();
  }

  /** Returns a token for each user. It is made as at a login, but without a password. */
  private static List<String> tokens(Bench bench, String data, int[] users) {
    var config = new HikariConfig();
    config.setJdbcUrl(bench.database().jdbcUrl(data));
    config.setUsername("postgres");
    config.setMaximumPoolSize(CONNECTIONS);
    try (var pool = new HikariDataSource(config);
        var core = UserCore.builder(pool).build()) {
      Sessions sessions = core.sessions();
      return Arrays.stream(users)
          .parallel()
          .mapToObj(number -> new UserId(BenchUsers.ALL.get(number).id()))
          .map(
              user ->
                  sessions.signIn(RequestContext.system(), user, "bench").tokens().accessToken())
          .toList();
    }
  }
}
