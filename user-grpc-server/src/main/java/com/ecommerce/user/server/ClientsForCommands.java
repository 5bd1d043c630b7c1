package com.ecommerce.user.server;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.session.ServiceClients;
import com.ecommerce.user.core.value.TextRule;
import java.util.function.Consumer;

/** Opens the service clients of the configured database, for commands of the jar. */
final class ClientsForCommands {
  private static final int CONNECTIONS = 2;

  private ClientsForCommands() {}

  /**
   * Migrates the schema, then runs the work of a command on the clients.
   *
   * @param command the name of the command, which the database shows as the name of the application
   */
  static void use(Main main, String command, Consumer<ServiceClients> work) {
    var settings = main.settings();
    try (var opened = new Closing()) {
      var url = CommandDatabase.url(settings, opened);
      DatabasePool.migrate(url, settings.databaseConnectTimeout());
      var pool = opened.add(DatabasePool.open(url, command, CONNECTIONS, DatabasePool.WAIT));
      var core = opened.add(UserCore.builder(pool).build());
      work.accept(core.serviceClients());
    } catch (UserServiceException refused) {
      throw new StartupException(refused.getMessage(), refused);
    }
  }

  /** Returns the canonical form of the option {@code --name}. */
  static String name(String raw) {
    try {
      return TextRule.NAME.parseRequired(raw);
    } catch (InvalidValueException invalid) {
      throw new StartupException("--name: " + invalid.getMessage(), invalid);
    }
  }
}
