package com.ecommerce.user.bench;

import com.ecommerce.common.v1.PaginationRequest;
import com.ecommerce.common.v1.SortSpec;
import com.ecommerce.user.bench.load.BenchUsers;
import com.ecommerce.user.bench.load.FixedWorkload;
import com.ecommerce.user.bench.load.LoadClient;
import com.ecommerce.user.bench.load.ReadWorkload;
import com.ecommerce.user.bench.load.Workload;
import com.ecommerce.user.bench.report.Series;
import com.ecommerce.user.bench.server.Servers;
import com.ecommerce.user.core.testing.GeneratedUsers;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.SearchUsersRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The processor time of the database for calls, one at a time, by number of users: it hardly
 * depends on what else the machine does, and shows what grows.
 */
final class GrowthPart {
  private static final int FEWEST_USERS = 10_000;
  private static final int READ = 500_000;
  private static final int PAGE = 20;
  private static final List<String> SORTS =
      List.of("created_at", "updated_at", "email", "last_name");

  private GrowthPart() {}

  static void run(Bench bench) {
    IntStream.iterate(FEWEST_USERS, users -> users <= bench.options().users(), users -> users * 10)
        .forEach(users -> run(bench, users));
  }

  private static void run(Bench bench, int users) {
    String data = bench.database().withUsers(users);
    var profile = Profile.of(bench, "growth-" + users);
    try (var service = bench.servers().service(data, profile.settings("CACHE_MEGABYTES", "0"));
        var calls = new Calls(service)) {
      workloads(calls, bench.someUsers(READ, users), users)
          .forEach((what, workloads) -> report(bench, service, what, users, workloads));
      profile.finish(service);
    }
  }

  /** Returns the workloads of each row, whose mean it has. */
  private static Map<String, List<Workload>> workloads(Calls calls, int[] some, int users) {
    String email = BenchUsers.ALL.get(users / 2).email();
    Map<String, List<Workload>> workloads = new LinkedHashMap<>();
    workloads.put("GetUser, not cached", List.of(ReadWorkload.byId(some)));
    workloads.put(
        "ListUsers, a page of any of 4 sorts",
        SORTS.stream().map(field -> list(calls, field)).toList());
    workloads.put("SearchUsers, a common word", List.of(search(calls, GeneratedUsers.COMMON_WORD)));
    workloads.put(
        "SearchUsers, a rare word", List.of(search(calls, DirectoryParts.rareWord(users))));
    workloads.put("SearchUsers, an email", List.of(search(calls, email)));
    return workloads;
  }

  private static Workload list(Calls calls, String field) {
    var request =
        ListUsersRequest.newBuilder()
            .setSort(SortSpec.newBuilder().setField(field))
            .setPagination(page())
            .build();
    return FixedWorkload.of("ListUsers", request, calls.users().listUsers(request));
  }

  private static Workload search(Calls calls, String query) {
    var request = SearchUsersRequest.newBuilder().setQuery(query).setPagination(page()).build();
    return FixedWorkload.of("SearchUsers", request, calls.users().searchUsers(request));
  }

  private static PaginationRequest page() {
    return PaginationRequest.newBuilder().setPageSize(PAGE).build();
  }

  private static void report(
      Bench bench, Servers.Running service, String what, int users, List<Workload> workloads) {
    workloads.forEach(workload -> databaseTime(bench, service, workload));
    double[] rounds =
        DoubleStream.generate(
                () ->
                    workloads.stream()
                        .mapToDouble(workload -> databaseTime(bench, service, workload))
                        .average()
                        .orElseThrow())
            .limit(bench.options().rounds())
            .toArray();
    bench.report().addDatabaseTime(what, users, Series.Spread.of(rounds));
  }

  /** Returns the processor time of the database for a call, in milliseconds. */
  private static double databaseTime(Bench bench, Servers.Running service, Workload workload) {
    var load = bench.load(1, 1);
    var before = bench.database().processorTime();
    long start = System.nanoTime();
    double perSecond = new LoadClient(service.port()).run(workload, load).perSecond();
    double seconds = (System.nanoTime() - start) / 1e9;
    return bench.database().processorTime().minus(before).toNanos() / 1e6 / (perSecond * seconds);
  }
}
