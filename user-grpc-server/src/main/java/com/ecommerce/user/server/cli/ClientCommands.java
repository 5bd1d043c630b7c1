package com.ecommerce.user.server.cli;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.ServiceClients;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.server.CloseStack;
import com.ecommerce.user.server.config.CommandSettings;
import com.ecommerce.user.server.config.SettingReader;
import com.ecommerce.user.server.config.StartupException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** The commands about clients for other services. */
final class ClientCommands {
  private static final String NONE = "-";

  private final SettingReader reader;
  private final CommandOutput output;

  ClientCommands(SettingReader reader, CommandOutput output) {
    this.reader = reader;
    this.output = output;
  }

  /** Creates a client and prints its id and secret. */
  void create() {
    String name = name();
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

  /** Gives a client a new secret and prints it; the previous secret is accepted for a while. */
  void rotate() {
    String name = name();
    var kept =
        reader.duration(CommandOption.KEEP_OLD_HOURS.flag(), CommandOption.KEEP_OLD_HOURS.type());
    use(
        Command.ROTATE_CLIENT,
        clients -> {
          var rotated = clients.rotate(RequestContext.system(), name, kept);
          output.print("client_id " + rotated.client().id());
          output.print("client_secret " + rotated.secret());
        });
  }

  /** Deletes a client. */
  void delete() {
    String name = name();
    use(
        Command.DELETE_CLIENT,
        clients -> {
          clients.delete(RequestContext.system(), name);
          output.print("deleted client " + name);
        });
  }

  /** Reads the settings, which reports invalid options, too, and opens the database. */
  private void use(Command command, Consumer<ServiceClients> work) {
    var settings = CommandSettings.read(reader);
    try (var opened = new CloseStack()) {
      var pool = CommandDatabase.open(settings, command.word(), opened, output);
      var core = opened.add(UserCore.builder(pool).build());
      work.accept(core.serviceClients());
    } catch (UserServiceException refused) {
      throw new StartupException(refused.getMessage(), refused);
    }
  }

  /** Returns the canonical form of the name; empty if it is invalid, which the reader reports. */
  private String name() {
    String flag = CommandOption.NAME.flag();
    return reader
        .optional(flag, reader.option(flag), TextRule.CLIENT_NAME::parseRequired)
        .orElse("");
  }
}
