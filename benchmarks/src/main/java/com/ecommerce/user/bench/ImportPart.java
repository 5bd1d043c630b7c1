package com.ecommerce.user.bench;

import com.ecommerce.user.bench.load.Load;
import com.ecommerce.user.bench.load.ReadWorkload;
import com.ecommerce.user.bench.report.Report.Target;
import com.ecommerce.user.bench.report.Series;
import com.ecommerce.user.bench.report.Series.Spread;
import com.ecommerce.user.v1.ImportOutcome;
import com.ecommerce.user.v1.ImportUsersRequest;
import com.ecommerce.user.v1.ImportUsersResponse;
import com.ecommerce.user.v1.ImportedUser;
import com.ecommerce.user.v1.UserAdminServiceGrpc;
import com.google.protobuf.Timestamp;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * Measures an import of users with the hashes of their passwords, and GetUser at a fixed rate
 * beside it. The same rows are then imported again, which must write nothing.
 */
final class ImportPart {
  private static final String PART = "import";
  private static final int ROWS = 50_000;
  private static final int HOT = 10_000;
  private static final int READS_PER_SECOND = 1_000;
  private static final int ROWS_PER_SECOND = 5_000;
  private static final String DOMAIN = "@import.example.com";
  private static final String BCRYPT =
      "$2b$12$VmLwEkPhNLtAAo5/Iy1v1OSXUd1bEyKxVfiWBqV2LAsJDUeQE8FIa";
  private static final String DJANGO =
      "pbkdf2_sha256$1000000$saltysalt%d$mFrNkv5iSGH91rz48G6wvz9xKZihQ03KmTZTWR8gDAo=";

  /** Changes with each write of an imported user, and with each event. */
  private static final String WRITTEN =
      """
      select (select md5(string_agg(id || ' ' || xmin, ',' order by id)) from users where email like '%@import.example.com')
        || ' ' || (select count(*) from events)
      """;

  private ImportPart() {}

  static void run(Bench bench) {
    String data = bench.data();
    var profile = Profile.of(bench, PART);
    var reads = ReadWorkload.byId(bench.someUsers(HOT));
    var load = Load.paced(READS_PER_SECOND, bench.options().measured());
    try (var service = bench.servers().service(data, profile.settings());
        var calls = new Calls(service)) {
      bench.warmUp(service, reads);
      time(calls, rows(-1, ROWS / 2), ImportOutcome.IMPORT_OUTCOME_CREATED);
      var alone = new Series();
      var beside = new Series();
      var again = new Series();
      double[] created = new double[bench.options().rounds()];
      double[] unchanged = new double[created.length];
      for (int round = 0; round < created.length; round++) {
        var rows = rows(round, ROWS);
        alone.add(bench.run(service, reads, load));
        var importing =
            CompletableFuture.supplyAsync(
                () -> time(calls, rows, ImportOutcome.IMPORT_OUTCOME_CREATED));
        beside.add(bench.run(service, reads, load));
        created[round] = importing.join();
        String written = bench.database().query(data, WRITTEN);
        var repeating =
            CompletableFuture.supplyAsync(
                () -> time(calls, rows, ImportOutcome.IMPORT_OUTCOME_UNCHANGED));
        again.add(bench.run(service, reads, load));
        unchanged[round] = repeating.join();
        if (!bench.database().query(data, WRITTEN).equals(written)) {
          throw new IllegalStateException("an import of the same rows has written something");
        }
      }
      report(bench, alone, beside, again, Spread.of(created), Spread.of(unchanged));
      profile.finish(service);
    } finally {
      bench.database().execute(data, "delete from users where email like '%" + DOMAIN + "'");
    }
  }

  private static void report(
      Bench bench, Series alone, Series beside, Series again, Spread created, Spread unchanged) {
    var report = bench.report();
    String rows = String.format(Locale.ROOT, "%,d rows with hashes", ROWS);
    report.add(PART, rows + ", new", created, "s", (double) ROWS / ROWS_PER_SECOND);
    report.add(PART, rows + ", unchanged", unchanged, "s", (double) ROWS / ROWS_PER_SECOND);
    String reads = "GetUser, " + READS_PER_SECOND + " a second";
    report.add(PART, reads + ", alone", alone);
    var target = Target.atMost(3);
    report.add(PART, reads + ", beside: p99", beside, "alone", beside.p99RatioTo(alone), target);
    report.add(
        PART, reads + ", beside unchanged: p99", again, "alone", again.p99RatioTo(alone), target);
  }

  private static List<ImportUsersRequest> rows(int round, int count) {
    return IntStream.range(0, count).mapToObj(number -> row(round, number)).toList();
  }

  private static ImportUsersRequest row(int round, int number) {
    var user =
        ImportedUser.newBuilder()
            .setExternalId("import-" + round + "-" + number)
            .setEmail("ada." + number + ".of." + round + DOMAIN)
            .setEmailVerified(true)
            .setFirstName("Ada" + number)
            .setLastName("Lovelace")
            .setPasswordHash(number % 2 == 0 ? BCRYPT : String.format(Locale.ROOT, DJANGO, number))
            .setCreatedAt(Timestamp.newBuilder().setSeconds(1_575_968_400L + number))
            .setLastLoginAt(Timestamp.newBuilder().setSeconds(1_700_000_000L + number));
    return ImportUsersRequest.newBuilder().setUser(user).build();
  }

  /** Returns the seconds that an import takes, all rows of which have the outcome. */
  private static double time(Calls calls, List<ImportUsersRequest> rows, ImportOutcome expected) {
    long start = System.nanoTime();
    var stream = new Import(rows, expected);
    UserAdminServiceGrpc.newStub(calls.channel()).importUsers(stream);
    long results = stream.end.join();
    if (results != rows.size()) {
      throw new IllegalStateException(results + " results of " + rows.size() + " rows");
    }
    return (System.nanoTime() - start) / 1e9;
  }

  /** Sends rows as fast as the service takes them. */
  private static final class Import
      implements ClientResponseObserver<ImportUsersRequest, ImportUsersResponse> {
    final CompletableFuture<Long> end = new CompletableFuture<>();

    private final List<ImportUsersRequest> rows;
    private final ImportOutcome expected;
    private int sent;
    private long results;

    Import(List<ImportUsersRequest> rows, ImportOutcome expected) {
      this.rows = rows;
      this.expected = expected;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ImportUsersRequest> stream) {
      stream.setOnReadyHandler(
          () -> {
            while (sent < rows.size() && stream.isReady()) {
              stream.onNext(rows.get(sent));
              sent++;
              if (sent == rows.size()) {
                stream.onCompleted();
              }
            }
          });
    }

    @Override
    public void onNext(ImportUsersResponse result) {
      if (result.getOutcome() != expected) {
        end.completeExceptionally(new IllegalStateException("not " + expected + ": " + result));
      }
      results++;
    }

    @Override
    public void onError(Throwable failure) {
      end.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      end.complete(results);
    }
  }
}
