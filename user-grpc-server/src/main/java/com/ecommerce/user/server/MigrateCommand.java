package com.ecommerce.user.server;

/** Brings the schema up to date. */
final class MigrateCommand {
  private MigrateCommand() {}

  static int run(Invocation invocation) {
    var settings = invocation.settings();
    try (var opened = new Closing()) {
      int applied =
          DatabasePool.migrate(
              CommandDatabase.url(settings, opened), settings.databaseConnectTimeout());
      invocation.out().println("schema up to date, migrations applied: " + applied);
    }
    return 0;
  }
}
