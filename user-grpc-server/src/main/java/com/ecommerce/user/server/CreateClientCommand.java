package com.ecommerce.user.server;

import com.ecommerce.user.core.call.Call;
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
    String parsedName = ClientsForCommands.name(name);
    ClientsForCommands.use(
        main,
        "create-client",
        clients -> {
          var created = clients.create(Call.system(), parsedName);
          var out = spec.commandLine().getOut();
          out.println("client_id " + created.client().id());
          out.println("client_secret " + created.secret());
        });
    return 0;
  }
}
