package com.ecommerce.user.server;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.session.ServiceClients;
import com.ecommerce.user.core.value.TextRule;
import java.util.function.Consumer;

/** The service clients of the configured database, for commands that do their work and end. */
final class ClientsForCommands {
  private static final int CONNECTIONS = 2;

  private ClientsForCommands() {}

  /**
   * Lets the command work on the clients, in a schema that is up to date.
   *
   * @param command its name, which the database shows as that of the application
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

  /** The option {@code --name}, as clients are named. */
  static String name(String raw) {
    try {
      return TextRule.NAME.parseRequired(raw);
    } catch (InvalidValueException invalid) {
      throw new StartupException("--name: " + invalid.getMessage(), invalid);
    }
  }
}
