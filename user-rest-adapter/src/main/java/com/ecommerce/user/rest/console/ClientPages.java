package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.session.ServiceClients;
import com.ecommerce.user.rest.console.StaffRequest.Place;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The page of the service clients, for admins. A secret is shown only once, when it is created. */
final class ClientPages {
  static final String PATH = ConsoleRoutes.HOME + "/clients";

  private final ServiceClients clients;
  private final ConsolePages console;

  ClientPages(UserCore core, ConsolePages console) {
    this.clients = core.serviceClients();
    this.console = console;
  }

  void addTo(Routes routes) {
    routes.onSessionPage(
        "GET",
        PATH,
        Operation.MANAGE_SERVICE_CLIENTS,
        request -> console.show(request, staff -> page(staff, Optional.empty(), "")));
    add(
        routes,
        PATH,
        (staff, form) -> "create the service client " + form.getOrDefault("name", ""),
        this::create);
    add(
        routes,
        PATH + "/rotate",
        (staff, form) -> "give the service client " + client(form) + " a new secret",
        this::rotate);
    add(
        routes,
        PATH + "/delete",
        (staff, form) -> "delete the service client " + client(form),
        this::delete);
  }

  private static String client(Map<String, String> form) {
    return form.getOrDefault("client", "");
  }

  private void add(
      Routes routes,
      String path,
      PasswordPrompt.Purpose purpose,
      ConsolePages.FormHandler handler) {
    routes.onSessionPage(
        "POST",
        path,
        Operation.MANAGE_SERVICE_CLIENTS,
        request ->
            console.submitProven(
                request,
                purpose,
                (staff, form) -> {
                  try {
                    return handler.handle(staff, form);
                  } catch (UserServiceException failure) {
                    return failed(staff, failure);
                  }
                }));
  }

  private ApiResponse failed(StaffRequest staff, UserServiceException failure) {
    if (failure.reason() == ErrorReason.VERSION_MISMATCH) {
      return page(
          staff, 409, Optional.empty(), "The client got another secret after you opened the page.");
    }
    String text =
        failure.reason() == ErrorReason.CLIENT_NAME_TAKEN
            ? "There is a client with this name already."
            : Labels.text(staff.view(), failure);
    return page(staff, staff.request().status(failure), Optional.empty(), text);
  }

  private ApiResponse page(
      StaffRequest staff, Optional<ServiceClients.Created> created, String problem) {
    return page(staff, 200, created, problem);
  }

  private ApiResponse page(
      StaffRequest staff, int status, Optional<ServiceClients.Created> created, String problem) {
    var values = staff.values();
    values.put("problem", problem);
    values.put("secret", created.map(ServiceClients.Created::secret).orElse(""));
    values.put("secret_of", created.map(known -> known.client().name()).orElse(""));
    values.put("secret_id", created.map(known -> known.client().id().toString()).orElse(""));
    var all = clients.list(staff.call());
    values.put("clients", all.stream().map(client -> row(staff, client)).toList());
    values.put("is_empty", all.isEmpty());
    return staff.page(status, Place.CLIENTS, "Service clients", "clients", values);
  }

  private static Map<String, Object> row(StaffRequest staff, ServiceClients.Details details) {
    var row = new HashMap<String, Object>();
    row.put("client_name", details.client().name());
    row.put("client_id", details.client().id().toString());
    row.put("created", staff.time(details.createdAt()));
    row.put("changed", details.secretChangedAt().map(staff::time).orElse(""));
    row.put("changed_at", details.secretChangedAt().map(Instant::toString).orElse(""));
    row.put("previous", details.previousSecretUntil().map(staff::time).orElse(""));
    return row;
  }

  private ApiResponse create(StaffRequest staff, Map<String, String> form) {
    return page(
        staff, Optional.of(clients.create(staff.call(), form.getOrDefault("name", ""))), "");
  }

  private ApiResponse rotate(StaffRequest staff, Map<String, String> form) {
    var entries = SecretForm.of(form);
    var rotated =
        clients.rotate(staff.call(), client(form), entries.overlap(), entries.changedAt());
    return page(staff, Optional.of(rotated), "");
  }

  private ApiResponse delete(StaffRequest staff, Map<String, String> form) {
    String client = client(form);
    if (!form.getOrDefault("typed", "").strip().equals(client)) {
      return page(staff, 400, Optional.empty(), "To delete a client, type its name.");
    }
    clients.delete(staff.call(), client);
    return Notice.CLIENT_DELETED.at(PATH);
  }
}
