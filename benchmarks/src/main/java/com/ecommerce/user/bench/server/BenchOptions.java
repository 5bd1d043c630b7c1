package com.ecommerce.user.bench.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The options of the measurement.
 *
 * @param measured the duration of one round of one contestant
 * @param directory the directory that keeps the database, logs and profiles between runs
 * @param javaOptions the JVM options of the service and of the servers that are its limits
 * @param classData the option that makes the service use its class-data archive; may be empty
 * @param jar the jar of the service
 * @param pgbench the path of the program
 * @param h2load the path of the program
 */
public record BenchOptions(
    List<String> parts,
    int users,
    int rounds,
    Duration measured,
    boolean isQuick,
    boolean profiles,
    Path directory,
    List<String> javaOptions,
    List<String> classData,
    Path jar,
    Path pgbench,
    Path h2load) {}
