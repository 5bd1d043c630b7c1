package com.ecommerce.user.server;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "migrate", description = "Brings the database's schema up to date, and ends.")
final class MigrateCommand implements Callable<Integer> {
  @ParentCommand private Main main;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    var settings = main.settings();
    try (var opened = new Closing()) {
      int applied =
          DatabasePool.migrate(
              CommandDatabase.url(settings, opened), settings.databaseConnectTimeout());
      spec.commandLine().getOut().println("schema up to date, migrations applied: " + applied);
    }
    return 0;
  }
}
