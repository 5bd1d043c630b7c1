package com.ecommerce.user.server;

/** The database for commands that do their work and end. */
final class CommandDatabase {
  private CommandDatabase() {}

  /**
   * The configured database; without one the embedded database, which a running service may have
   * started already.
   *
   * @param opened closes what this had to start
   */
  static DatabaseUrl url(ServerSettings settings, Closing opened) {
    var url =
        settings
            .databaseUrl()
            .or(() -> EmbeddedDatabase.running(settings.dataDirectory()))
            .orElseGet(() -> opened.add(embedded(settings)).url());
    DatabaseCheck.check(url, settings.databaseConnectTimeout());
    return url;
  }

  private static EmbeddedDatabase embedded(ServerSettings settings) {
    return EmbeddedDatabase.start(settings.dataDirectory(), settings.databasePoolSize());
  }
}
