package com.ecommerce.user.server;

import com.ecommerce.user.core.call.Call;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "rotate-client",
    description =
        "Gives a client for another service a new secret, and prints its id and the secret, which is shown"
            + " only once. The previous secret is still accepted for a while.")
final class RotateClientCommand implements Callable<Integer> {
  private static final int MAX_HOURS = 24 * 90;

  @ParentCommand private Main main;
  @Spec private CommandSpec spec;

  @Option(names = "--name", required = true, description = "The service's name")
  private String name;

  @Option(
      names = "--keep-old-hours",
      paramLabel = "N",
      defaultValue = "24",
      description =
          "How long the previous secret is accepted, 0 to 2160 hours; 0 for a leaked secret. Default 24")
  private int hours;

  @Override
  public Integer call() {
    String parsedName = ClientsForCommands.name(name);
    if (hours < 0 || hours > MAX_HOURS) {
      throw new StartupException(
          "--keep-old-hours: " + hours + " (expected: 0 to " + MAX_HOURS + ")");
    }
    ClientsForCommands.use(
        main,
        "rotate-client",
        clients -> {
          var rotated = clients.rotate(Call.system(), parsedName, Duration.ofHours(hours));
          var out = spec.commandLine().getOut();
          out.println("client_id " + rotated.client().id());
          out.println("client_secret " + rotated.secret());
        });
    return 0;
  }
}
