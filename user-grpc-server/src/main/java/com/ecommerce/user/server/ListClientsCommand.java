package com.ecommerce.user.server;

import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.session.ServiceClients;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "list-clients",
    description =
        "Lists the clients for other services, one for each line, separated by tabs: id, name, when it was created,"
            + " when its secret was last rotated, and until when the previous secret is accepted; a hyphen means never.")
final class ListClientsCommand implements Callable<Integer> {
  private static final String NONE = "-";

  @ParentCommand private Main main;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    ClientsForCommands.use(
        main,
        "list-clients",
        clients -> print(spec.commandLine().getOut(), clients.list(Call.system())));
    return 0;
  }

  private static void print(PrintWriter out, List<ServiceClients.Details> clients) {
    out.println("CLIENT_ID\tNAME\tCREATED\tROTATED\tOLD_SECRET_UNTIL");
    clients.forEach(
        each ->
            out.println(
                String.join(
                    "\t",
                    each.client().id().toString(),
                    each.client().name(),
                    each.createdAt().toString(),
                    text(each.secretChangedAt()),
                    text(each.previousSecretUntil()))));
  }

  private static String text(Optional<Instant> time) {
    return time.map(Instant::toString).orElse(NONE);
  }
}
