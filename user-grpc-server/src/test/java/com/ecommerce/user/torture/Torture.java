package com.ecommerce.user.torture;

import com.ecommerce.user.server.log.LogFormat;
import com.ecommerce.user.server.log.LogLevel;
import com.ecommerce.user.server.log.LogSetup;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs campaigns against the runnable jar for {@code scripts/torture}, which explains the arguments
 * and the exit status.
 */
final class Torture {
  private static final Map<String, Map<String, Campaign>> GROUPS = groups();

  private Torture() {}

  private static Map<String, Map<String, Campaign>> groups() {
    Map<String, Map<String, Campaign>> groups = new LinkedHashMap<>();
    groups.put("floods", floods());
    groups.put("crash", Map.of("crash", new CrashCampaign()));
    groups.put("events", Map.of("events", new EventsCampaign()));
    groups.put("failover", Map.of("failover", new FailoverCampaign()));
    groups.put("fuzz", Map.of("fuzz", new FuzzCampaign()));
    groups.put("mail", Map.of("mail", new MailCampaign()));
    groups.put("outage", Map.of("outage", new OutageCampaign()));
    groups.put("overload", Map.of("overload", new OverloadCampaign()));
    groups.put("races", Map.of("races", new RacesCampaign()));
    groups.put("soak", Map.of("soak", new SoakCampaign()));
    groups.put("stop", Map.of("stop", new StopCampaign()));
    return groups;
  }

  private static Map<String, Campaign> floods() {
    Map<String, Attack> attacks = new LinkedHashMap<>();
    attacks.put("gzip-bombs", LargeMessages.gzipBombs());
    attacks.put("unknown-fields", LargeMessages.unknownFields());
    attacks.put("large-messages", LargeMessages.plain());
    attacks.put("deep-groups", LargeMessages.deepGroups());
    attacks.put("inflated-profiles", LargeMessages.manySmallGzip());
    attacks.put("half-messages", new HalfMessages(49_000_000, 54, 1));
    attacks.put("half-messages-within-limits", new HalfMessages(200_000, 54, 100));
    attacks.put("half-bodies", new HalfBodies());
    attacks.put("open-streams", new OpenStreamsFlood());
    attacks.put("resets", FrameFlood.resets());
    attacks.put("pings", FrameFlood.pings());
    attacks.put("settings", FrameFlood.settingsFrames());
    attacks.put("empty-data", FrameFlood.emptyData());
    attacks.put("priorities", FrameFlood.priorities());
    attacks.put("idle-connections", new IdleConnections(true));
    attacks.put("silent-connections", new IdleConnections(false));
    attacks.put("registrations", new RegistrationFlood());
    attacks.put("lists", new ListFlood());
    attacks.put("locked-table", new LockedTable());
    attacks.put("many-sessions", new ManySessions());
    Map<String, Campaign> campaigns = new LinkedHashMap<>();
    attacks.forEach((name, attack) -> campaigns.put(name, new AttackCampaign(attack)));
    return campaigns;
  }

  public static void main(String[] arguments)
      throws IOException, InterruptedException, SQLException {
    LogSetup.apply(LogLevel.INFO, LogFormat.TEXT);
    List<String> names = new ArrayList<>();
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].startsWith("--") && i + 1 < arguments.length) {
        options.put(arguments[i], arguments[++i]);
      } else {
        names.add(arguments[i]);
      }
    }
    Map<String, Campaign> chosen = new LinkedHashMap<>();
    for (String name : names) {
      var campaigns = named(name);
      if (campaigns.isEmpty()) {
        System.err.println("torture: " + name + " (expected: " + knownNames() + ")");
        System.exit(2);
      }
      chosen.putAll(campaigns);
    }
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    boolean allHeld = true;
    for (var campaign : chosen.entrySet()) {
      allHeld &= run(campaign.getKey(), campaign.getValue(), CampaignOptions.of(options), out);
    }
    System.exit(allHeld ? 0 : 1);
  }

  private static Map<String, Campaign> named(String name) {
    if (GROUPS.containsKey(name)) {
      return GROUPS.get(name);
    }
    for (var group : GROUPS.values()) {
      if (group.containsKey(name)) {
        return Map.of(name, group.get(name));
      }
    }
    return Map.of();
  }

  private static String knownNames() {
    List<String> names = new ArrayList<>();
    GROUPS.forEach(
        (group, campaigns) -> {
          names.add(group);
          campaigns.keySet().stream().filter(name -> !name.equals(group)).forEach(names::add);
        });
    return String.join(", ", names);
  }

  private static boolean run(
      String name, Campaign campaign, CampaignOptions options, PrintStream out)
      throws IOException, InterruptedException, SQLException {
    out.printf("%-28s %s%n", name, campaign.description());
    String broken = campaign.run(options, out);
    out.printf("  %s%n%n", broken.isEmpty() ? "held" : "BROKEN: " + broken);
    return broken.isEmpty();
  }
}
