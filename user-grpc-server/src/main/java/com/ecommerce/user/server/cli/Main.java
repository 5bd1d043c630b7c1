package com.ecommerce.user.server.cli;

import com.ecommerce.user.server.config.BuildInfo;
import java.util.TimeZone;

/**
 * The entry point of the runnable jar. Prints help and the version itself, before other classes are
 * loaded; {@link Program} does everything else.
 */
final class Main {
  private Main() {}

  public static void main(String[] words) {
    var page = HelpPages.requestedBy(words);
    if (page.isPresent()) {
      System.out.print(page.get());
    } else if (Arguments.asksForVersion(words)) {
      System.out.println("user-grpc-server " + BuildInfo.version());
    } else {
      // The JDBC driver sends the name of the time zone to PostgreSQL, which may not know it, and
      // Java 25 would print a warning about some names. Logging reads the zone, so this comes
      // first.
      TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
      System.exit(Program.run(System.getenv(), words));
    }
  }
}
