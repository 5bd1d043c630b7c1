package com.ecommerce.user.torture;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The arguments of {@code scripts/torture} that apply to every campaign.
 *
 * @param jar the runnable jar
 * @param directory the directory of databases and logs
 * @param javaOptions the options of the service's JVM
 * @param duration the time under load; each campaign has its own default
 */
record CampaignOptions(
    Path jar, Path directory, List<String> javaOptions, Optional<Duration> duration) {
  static CampaignOptions of(Map<String, String> options) {
    return new CampaignOptions(
        Path.of(options.get("--jar")).toAbsolutePath(),
        Path.of(options.get("--directory")).toAbsolutePath(),
        List.of(options.getOrDefault("--java-options", "").strip().split(" +")),
        Optional.ofNullable(options.get("--seconds")).map(Long::valueOf).map(Duration::ofSeconds));
  }
}
