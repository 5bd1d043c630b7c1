package com.ecommerce.user.server.cli;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.Uuids;
import com.ecommerce.user.core.webhook.WebhookDelivery;
import com.ecommerce.user.core.webhook.WebhookEndpoint;
import com.ecommerce.user.core.webhook.WebhookId;
import com.ecommerce.user.core.webhook.WebhookPatch;
import com.ecommerce.user.core.webhook.WebhookSettings;
import com.ecommerce.user.core.webhook.Webhooks;
import com.ecommerce.user.server.CloseStack;
import com.ecommerce.user.server.config.CommandSettings;
import com.ecommerce.user.server.config.SettingReader;
import com.ecommerce.user.server.config.StartupException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The commands about webhook endpoints. */
final class WebhookCommands {
  private static final String NONE = "-";
  private static final RequestContext CALL = RequestContext.system();

  private final SettingReader reader;
  private final CommandOutput output;

  WebhookCommands(SettingReader reader, CommandOutput output) {
    this.reader = reader;
    this.output = output;
  }

  /** Creates an endpoint and prints its id and secret. */
  void create() {
    var url = read(CommandOption.URL, WebhookSettings::parseUrl);
    var types = types().orElse(Set.of());
    String description = description().orElse("");
    use(
        Command.CREATE_WEBHOOK,
        webhooks ->
            print(
                webhooks.create(CALL, new WebhookSettings(url.orElseThrow(), types, description))));
  }

  private void print(Webhooks.WithSecret created) {
    output.print("webhook_id " + created.endpoint().id());
    output.print("webhook_secret " + created.secret());
  }

  /** Prints all endpoints. */
  void list() {
    use(
        Command.LIST_WEBHOOKS,
        webhooks -> {
          output.print(
              "WEBHOOK_ID\tSTATE\tURL\tTYPES\tFAILING_SINCE\tOLD_SECRET_UNTIL\tDESCRIPTION");
          webhooks.list(CALL).forEach(endpoint -> output.print(line(endpoint)));
        });
  }

  private static String line(WebhookEndpoint endpoint) {
    var settings = endpoint.settings();
    return String.join(
        "\t",
        endpoint.id().toString(),
        endpoint.state().name(),
        settings.url().toString(),
        orNone(settings.types().stream().sorted().collect(Collectors.joining(","))),
        text(endpoint.failingSince()),
        text(endpoint.previousSecretUntil()),
        orNone(settings.description()));
  }

  private static String orNone(String text) {
    return text.isEmpty() ? NONE : text;
  }

  private static String text(Optional<Instant> time) {
    return time.map(Instant::toString).orElse(NONE);
  }

  /** Changes the settings that are given. */
  void update() {
    var patch =
        new WebhookPatch(
            read(CommandOption.NEW_URL, WebhookSettings::parseUrl), types(), description());
    change(Command.UPDATE_WEBHOOK, "changed", (webhooks, id) -> webhooks.update(CALL, id, patch));
  }

  /** Gives an endpoint a new secret and prints it. */
  void rotate() {
    var kept =
        reader.duration(
            CommandOption.KEEP_OLD_WEBHOOK_HOURS.flag(),
            CommandOption.KEEP_OLD_WEBHOOK_HOURS.type());
    var id = id();
    use(
        Command.ROTATE_WEBHOOK,
        webhooks -> print(webhooks.rotateSecret(CALL, id.orElseThrow(), kept)));
  }

  /** Stops sending to an endpoint. */
  void pause() {
    change(Command.PAUSE_WEBHOOK, "paused", (webhooks, id) -> webhooks.pause(CALL, id));
  }

  /** Starts sending to an endpoint again. */
  void resume() {
    change(Command.RESUME_WEBHOOK, "resumed", (webhooks, id) -> webhooks.resume(CALL, id));
  }

  /** Deletes an endpoint. */
  void delete() {
    change(Command.DELETE_WEBHOOK, "deleted", (webhooks, id) -> webhooks.delete(CALL, id));
  }

  /** Sends an event, or all events after a position, again. */
  void redeliver() {
    Optional<UUID> event = read(CommandOption.EVENT, Uuids::parse);
    Optional<EventPosition> position = read(CommandOption.AFTER, EventPosition::parse);
    boolean isClear =
        reader.option(CommandOption.EVENT.flag()).isPresent()
            != reader.option(CommandOption.AFTER.flag()).isPresent();
    if (!isClear) {
      throw new UsageException(
          Command.REDELIVER_WEBHOOK.word()
              + ": either "
              + CommandOption.EVENT.flag()
              + " or "
              + CommandOption.AFTER.flag()
              + " is required");
    }
    change(
        Command.REDELIVER_WEBHOOK,
        "sending again to",
        (webhooks, id) ->
            event.ifPresentOrElse(
                one -> webhooks.redeliver(CALL, id, one),
                () -> webhooks.redeliverAfter(CALL, id, position.orElseThrow())));
  }

  /** Prints the last deliveries to an endpoint. */
  void listDeliveries() {
    var id = id();
    var state = read(CommandOption.STATE, WebhookCommands::state);
    use(
        Command.LIST_DELIVERIES,
        webhooks -> {
          output.print(
              "EVENT_ID\tPOSITION\tTYPE\tUSER_ID\tSTATE\tATTEMPTS\tQUEUED\tNEXT_ATTEMPT\tFAILURE");
          webhooks
              .deliveries(CALL, id.orElseThrow(), state, new PageRequest(PageRequest.MAX_SIZE, ""))
              .items()
              .forEach(delivery -> output.print(line(delivery)));
        });
  }

  private static WebhookDelivery.State state(String text) {
    return Arrays.stream(WebhookDelivery.State.values())
        .filter(state -> state.name().equals(text.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    text + " (expected: one of waiting, delivered, dead)"));
  }

  private static String line(WebhookDelivery delivery) {
    return String.join(
        "\t",
        delivery.event().toString(),
        delivery.position().toString(),
        delivery.type(),
        delivery.user().toString(),
        delivery.state().name(),
        Integer.toString(delivery.attempts()),
        delivery.createdAt().toString(),
        text(delivery.nextAttemptAt()),
        orNone(delivery.failure()));
  }

  /** Changes an endpoint. */
  @FunctionalInterface
  private interface Change {
    void make(Webhooks webhooks, WebhookId id);
  }

  private void change(Command command, String done, Change change) {
    var id = id();
    use(
        command,
        webhooks -> {
          change.make(webhooks, id.orElseThrow());
          output.print(done + " webhook " + id.orElseThrow());
        });
  }

  /** Reads the settings, which reports invalid options, too, and opens the database. */
  private void use(Command command, Consumer<Webhooks> work) {
    var settings = CommandSettings.read(reader);
    try (var opened = new CloseStack()) {
      var pool = CommandDatabase.open(settings, command.word(), opened, output);
      var core = opened.add(UserCore.builder(pool).build());
      work.accept(core.webhooks());
    } catch (UserServiceException refused) {
      throw new StartupException(refused.getMessage(), refused);
    }
  }

  private Optional<WebhookId> id() {
    return read(CommandOption.WEBHOOK, WebhookId::parse);
  }

  private Optional<Set<String>> types() {
    return read(
        CommandOption.TYPES,
        text ->
            text.isBlank()
                ? Set.of()
                : Arrays.stream(text.split(",", -1))
                    .map(WebhookSettings::parseType)
                    .collect(Collectors.toSet()));
  }

  private Optional<String> description() {
    return read(CommandOption.DESCRIPTION, WebhookSettings::parseDescription);
  }

  /** Returns the value of an option; empty if it is not given or invalid, which is reported. */
  private <T> Optional<T> read(CommandOption option, Function<String, T> parser) {
    return reader.optional(option.flag(), reader.option(option.flag()), parser);
  }
}
