package com.ecommerce.user.server;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.value.TextRule;

/** Creates a client for another service. */
final class CreateClientCommand {
  static final Flag NAME =
      new Flag("--name", "NAME", "The service's name, as the event log will have it");

  private CreateClientCommand() {}

  static int run(Invocation invocation) {
    var settings = invocation.settings();
    try (var opened = new Closing()) {
      String parsedName = TextRule.NAME.parseRequired(invocation.value(NAME));
      var url = CommandDatabase.url(settings, opened);
      DatabasePool.migrate(url, settings.databaseConnectTimeout());
      var pool = opened.add(DatabasePool.open(url, "create-client", 2, DatabasePool.WAIT));
      var core = opened.add(UserCore.builder(pool).build());
      var created = core.serviceClients().create(Call.system(), parsedName);
      var out = invocation.out();
      out.println("client_id " + created.client().id());
      out.println("client_secret " + created.secret());
      return 0;
    } catch (InvalidValueException invalid) {
      throw new StartupException("--name: " + invalid.getMessage(), invalid);
    } catch (UserServiceException refused) {
      throw new StartupException(refused.getMessage(), refused);
    }
  }
}
