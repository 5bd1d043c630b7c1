package com.ecommerce.user.server;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.value.TextRule;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "create-client",
    description =
        "Creates a client for another service, and prints its id and secret, which is shown this once.")
final class CreateClientCommand implements Callable<Integer> {
  @ParentCommand private Main main;
  @Spec private CommandSpec spec;

  @Option(
      names = "--name",
      required = true,
      description = "The service's name, as the event log will have it")
  private String name;

  @Override
  public Integer call() {
    var settings = main.settings();
    try (var opened = new Closing()) {
      String parsedName = TextRule.NAME.parseRequired(name);
      var url = CommandDatabase.url(settings, opened);
      DatabasePool.migrate(url, settings.databaseConnectTimeout());
      var pool = opened.add(DatabasePool.open(url, "create-client", 2, DatabasePool.WAIT));
      var core = opened.add(UserCore.builder(pool).build());
      var created = core.serviceClients().create(Call.system(), parsedName);
      var out = spec.commandLine().getOut();
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
