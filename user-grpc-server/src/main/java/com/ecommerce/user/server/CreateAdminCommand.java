package com.ecommerce.user.server;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.NewUser;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Creates an admin. */
final class CreateAdminCommand {
  static final Flag EMAIL = new Flag("--email", "EMAIL", "The admin's email");

  private CreateAdminCommand() {}

  static int run(Invocation invocation) throws IOException {
    var settings = invocation.settings();
    try (var opened = new Closing()) {
      var admin = admin(invocation.value(EMAIL), readPassword());
      var url = CommandDatabase.url(settings, opened);
      DatabasePool.migrate(url, settings.databaseConnectTimeout());
      var pool = opened.add(DatabasePool.open(url, "create-admin", 2, DatabasePool.WAIT));
      var core = opened.add(UserCore.builder(pool).hashSettings(settings.hashSettings()).build());
      core.start();
      var user = core.users().createVerified(Call.system(), admin);
      invocation.out().println("created admin " + user.id());
      return 0;
    } catch (UserServiceException refused) {
      throw new StartupException(describe(refused), refused);
    }
  }

  private static NewUser admin(String email, String password) {
    var violations = new Violations();
    var parsedEmail = violations.parse("--email", email, Email::parse);
    var parsedPassword = violations.parse("password", password, Password::parse);
    violations.throwIfAny();
    return new NewUser(
        parsedEmail, parsedPassword, "", "", "", Optional.empty(), Set.of(Role.ADMIN));
  }

  private static String readPassword() throws IOException {
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line = input.readLine();
    return line == null ? "" : line;
  }

  private static String describe(UserServiceException refused) {
    return refused.violations().isEmpty()
        ? refused.getMessage()
        : refused.violations().stream()
            .map(violation -> violation.field() + ": " + violation.message())
            .collect(Collectors.joining(System.lineSeparator()));
  }
}
