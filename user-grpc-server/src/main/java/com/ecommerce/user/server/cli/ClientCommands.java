package com.ecommerce.user.server.cli;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.ServiceClients;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.server.CloseStack;
import com.ecommerce.user.server.config.CommandSettings;
import com.ecommerce.user.server.config.StartupException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** The commands about clients for other services. */
final class ClientCommands {
  private static final int MAX_HOURS = 24 * 90;
  private static final String NONE = "-";

  private final CommandSettings settings;
  private final CommandOutput output;

  ClientCommands(CommandSettings settings, CommandOutput output) {
    this.settings = settings;
    this.output = output;
  }

  /** Creates a client and prints its id and secret. */
  void create(String rawName) {
    String name = name(rawName);
    use(
        Command.CREATE_CLIENT,
        clients -> {
          var created = clients.create(RequestContext.system(), name);
          output.print("client_id " + created.client().id());
          output.print("client_secret " + created.secret());
        });
  }

  /** Prints all clients. */
  void list() {
    use(
        Command.LIST_CLIENTS,
        clients -> {
          output.print("CLIENT_ID\tNAME\tCREATED\tROTATED\tOLD_SECRET_UNTIL");
          clients.list(RequestContext.system()).forEach(each -> output.print(line(each)));
        });
  }

  private static String line(ServiceClients.Details details) {
    return String.join(
        "\t",
        details.client().id().toString(),
        details.client().name(),
        details.createdAt().toString(),
        text(details.secretChangedAt()),
        text(details.previousSecretUntil()));
  }

  private static String text(Optional<Instant> time) {
    return time.map(Instant::toString).orElse(NONE);
  }

  /**
   * Gives a client a new secret and prints it.
   *
   * @param keptHours how long the previous secret is still accepted
   */
  void rotate(String rawName, String keptHours) {
    String name = name(rawName);
    int hours = hours(keptHours);
    use(
        Command.ROTATE_CLIENT,
        clients -> {
          var rotated = clients.rotate(RequestContext.system(), name, Duration.ofHours(hours));
          output.print("client_id " + rotated.client().id());
          output.print("client_secret " + rotated.secret());
        });
  }

  private static int hours(String text) {
    int hours = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : -1;
    if (hours < 0 || hours > MAX_HOURS) {
      throw new StartupException(
          "--keep-old-hours: " + text + " (expected: 0 to " + MAX_HOURS + ")");
    }
    return hours;
  }

  /** Deletes a client. */
  void delete(String rawName) {
    String name = name(rawName);
    use(
        Command.DELETE_CLIENT,
        clients -> {
          clients.delete(RequestContext.system(), name);
          output.print("deleted client " + name);
        });
  }

  private void use(Command command, Consumer<ServiceClients> work) {
    try (var opened = new CloseStack()) {
      var pool = CommandDatabase.open(settings, command.word(), opened, output);
      var core = opened.add(UserCore.builder(pool).build());
      work.accept(core.serviceClients());
    } catch (UserServiceException refused) {
      throw new StartupException(refused.getMessage(), refused);
    }
  }

  /** Returns the canonical form of a name. */
  private static String name(String raw) {
    try {
      return TextRule.CLIENT_NAME.parseRequired(raw);
    } catch (InvalidValueException invalid) {
      throw new StartupException("--name: " + invalid.getMessage(), invalid);
    }
  }
}
