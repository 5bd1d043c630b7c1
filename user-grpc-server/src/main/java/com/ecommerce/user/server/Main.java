package com.ecommerce.user.server;

import com.ecommerce.user.server.cli.Arguments;
import com.ecommerce.user.server.cli.HelpPages;

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
      System.exit(Program.run(System.getenv(), words));
    }
  }
}
