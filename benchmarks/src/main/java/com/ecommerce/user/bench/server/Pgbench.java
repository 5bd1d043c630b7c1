package com.ecommerce.user.bench.server;

import com.ecommerce.user.bench.load.Latencies;
import com.ecommerce.user.bench.load.Sample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs PostgreSQL's own load generator with a script of one prepared statement. */
public final class Pgbench {
  private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+) \\(without initial");
  private static final Pattern FAILED =
      Pattern.compile("number of failed transactions: ([1-9]\\d*)");

  /**
   * The id of a random user, computed from the number like in {@code GeneratedUsers}. The server
   * does the last step, since pgbench has no text functions.
   */
  private static final String RANDOM_ID =
      """
      \\set n random(0, %1$s)
      \\set high ((1609459200000 + 20000 * :n) << 16) | 28672 | ((:n * 1103) & 4095)
      \\set low (-9223372036854775807 - 1) | (:n * 160087445839)
      """;

  private static final String ID =
      "(lpad(to_hex(:high::bigint), 16, '0') || to_hex(:low::bigint))::uuid";

  private static final String SELECT =
      """
      select id, email, pending_email, display_name, first_name, last_name, phone_country_code, phone_national_number,\
       phone_e164, avatar_url, status, roles, email_verified, phone_verified, bio, date_of_birth, gender, language,\
       currency, timezone, company, website, social_link_names, social_link_urls, created_at, updated_at, created_by,\
       updated_by, version, nullif(last_login_at, '-infinity') as last_login_at, external_id from users where id =\s""";

  private final BenchOptions options;
  private final BenchDatabase database;

  public Pgbench(BenchOptions options, BenchDatabase database) {
    this.options = options;
    this.database = database;
  }

  /**
   * Checks that the ids of the script belong to users, which the measurement itself does not check.
   */
  public void checkIds(String databaseName, int users) {
    // \\gset requires exactly one row.
    run(
        databaseName,
        String.format(Locale.ROOT, RANDOM_ID, users - 1) + SELECT + ID + " \\gset\n",
        1,
        "--transactions=500");
  }

  /** Selects random users by primary key. */
  public Sample select(String databaseName, int users, int clients, Duration measured) {
    return run(
        databaseName,
        String.format(Locale.ROOT, RANDOM_ID, users - 1) + SELECT + ID + ";\n",
        clients,
        time(measured));
  }

  /**
   * Creates a table with only the rows of the users, if it does not exist. Also checks the ids,
   * like {@link #checkIds}.
   */
  public void prepareUpdates(String databaseName, int users) {
    checkIds(databaseName, users);
    if (database.query(databaseName, "select to_regclass('bench_rows') is null").equals("f")) {
      return;
    }
    database.execute(
        databaseName,
        """
        begin;
        create table bench_rows with (fillfactor = 85) as table users;
        alter table bench_rows add primary key (id);
        commit;
        vacuum analyze bench_rows;
        """);
  }

  /** Updates one field of random rows as wide as users, and the fields that record a change. */
  public Sample update(String databaseName, int users, int clients, Duration measured) {
    return run(databaseName, updateScript(users), clients, time(measured));
  }

  /** Does the same as {@link #update}, at the given rate per second. */
  public Sample updateAtRate(String databaseName, int users, int rate, Duration measured) {
    return run(databaseName, updateScript(users), 4, time(measured), "--rate=" + rate);
  }

  private static String updateScript(int users) {
    String update =
        """
        \\set value random(1, 1000000000)
        update bench_rows set avatar_url = 'https://images.example/' || :value || '.png', updated_at = now(),\
         updated_by = 'system', version = version + 1 where id =\s""";
    return String.format(Locale.ROOT, RANDOM_ID, users - 1) + update + ID + ";\n";
  }

  private static String time(Duration measured) {
    return "--time=" + Math.max(1, measured.toSeconds());
  }

  private Sample run(String databaseName, String script, int clients, String... length) {
    try {
      Path directory = Files.createTempDirectory(options.directory(), "pgbench");
      try {
        return run(directory, databaseName, script, clients, length);
      } finally {
        try (Stream<Path> files = Files.list(directory)) {
          for (Path file : files.toList()) {
            Files.delete(file);
          }
        }
        Files.delete(directory);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private Sample run(
      Path directory, String databaseName, String script, int clients, String... length)
      throws IOException, InterruptedException {
    Path file = Files.writeString(directory.resolve("script.sql"), script);
    List<String> command = new ArrayList<>();
    command.add(options.pgbench().toString());
    command.addAll(List.of(length));
    command.addAll(
        List.of(
            "--no-vacuum",
            "--protocol=prepared",
            "--client=" + clients,
            "--jobs=1",
            "--file=" + file,
            "--log",
            "--log-prefix=" + directory.resolve("log"),
            "--sampling-rate=0.1"));
    var builder = new ProcessBuilder(command);
    builder.environment().putAll(database.environment(databaseName));
    Path output = directory.resolve("output.txt");
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    int status = process.waitFor();
    String text = Files.readString(output);
    Matcher rate = RATE.matcher(text);
    if (status != 0 || !rate.find() || FAILED.matcher(text).find()) {
      throw new IllegalStateException("pgbench ended with status " + status + ":\n" + text);
    }
    Latencies latencies = latencies(directory);
    return new Sample(
        Double.parseDouble(rate.group(1)), latencies.percentile(50), latencies.percentile(99), 0);
  }

  /** The third column of pgbench's log is the time of a transaction in microseconds. */
  private static Latencies latencies(Path directory) throws IOException {
    var latencies = new Latencies();
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> logs =
          files.filter(file -> file.getFileName().toString().startsWith("log.")).toList();
      for (Path log : logs) {
        try (Stream<String> lines = Files.lines(log)) {
          lines.forEach(line -> latencies.add(Long.parseLong(line.split(" ")[2]) * 1_000));
        }
      }
    }
    return latencies;
  }
}
