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
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
    name = "create-admin",
    description =
        "Creates a user with the role ADMIN, whose email counts as verified; the password is the first"
            + " line of standard input.")
final class CreateAdminCommand implements Callable<Integer> {
  @ParentCommand private Main main;
  @Spec private CommandSpec spec;

  @Option(names = "--email", required = true, description = "The admin's email")
  private String email;

  @Override
  public Integer call() throws IOException {
    var settings = main.settings();
    try (var opened = new Closing()) {
      var admin = admin(readPassword());
      var url = CommandDatabase.url(settings, opened);
      DatabasePool.migrate(url, settings.databaseConnectTimeout());
      var pool = opened.add(DatabasePool.open(url, "create-admin", 2, DatabasePool.WAIT));
      var core = opened.add(UserCore.builder(pool).hashSettings(settings.hashSettings()).build());
      core.start();
      var user = core.users().createVerified(Call.system(), admin);
      spec.commandLine().getOut().println("created admin " + user.id());
      return 0;
    } catch (UserServiceException refused) {
      throw new StartupException(describe(refused), refused);
    }
  }

  private NewUser admin(String password) {
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
