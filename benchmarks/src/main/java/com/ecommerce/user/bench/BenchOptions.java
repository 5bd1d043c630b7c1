package com.ecommerce.user.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The options for what to measure, and how.
 *
 * @param measured how long one round of one contestant is measured
 * @param directory keeps the database, logs and profiles between runs
 * @param javaOptions for the service and for the servers that are its limits
 * @param classData the option that makes the service use its class-data archive; may be empty
 * @param jar the service
 * @param pgbench where the program is
 * @param h2load where the program is
 */
record BenchOptions(
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
