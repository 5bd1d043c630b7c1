package com.ecommerce.user.server;

import com.ecommerce.user.core.call.Call;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "delete-client",
    description = "Deletes a client for another service. Its tokens stop working within 3 seconds.")
final class DeleteClientCommand implements Callable<Integer> {
  @ParentCommand private Main main;
  @Spec private CommandSpec spec;

  @Option(names = "--name", required = true, description = "The service's name")
  private String name;

  @Override
  public Integer call() {
    String parsedName = ClientsForCommands.name(name);
    ClientsForCommands.use(
        main,
        "delete-client",
        clients -> {
          clients.delete(Call.system(), parsedName);
          spec.commandLine().getOut().println("deleted client " + parsedName);
        });
    return 0;
  }
}
