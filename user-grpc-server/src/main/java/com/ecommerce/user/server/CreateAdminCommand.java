package com.ecommerce.user.server;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.NewUser;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
  /** More than any password has. */
  private static final int MAX_LINE_BYTES = 8192;

  @ParentCommand private Main main;
  @Spec private CommandSpec spec;

  @Option(names = "--email", required = true, description = "The admin's email")
  private String email;

  @Override
  public Integer call() throws IOException {
    var settings = main.settings();
    try (var opened = new Closing()) {
      var admin = admin(firstLine(System.in));
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

  private NewUser admin(byte[] password) {
    var violations = new Violations();
    var parsedEmail = violations.parse("--email", email, Email::parse);
    var parsedPassword = violations.parse("password", password, CreateAdminCommand::password);
    violations.throwIfAny();
    return new NewUser(
        parsedEmail, parsedPassword, "", "", "", Optional.empty(), Set.of(Role.ADMIN));
  }

  /** Bytes that are no UTF-8 are refused: replaced, they would be a password that nobody typed. */
  private static Password password(byte[] line) {
    try {
      return Password.parse(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString());
    } catch (CharacterCodingException malformed) {
      throw new InvalidValueException("FORMAT", "not text in UTF-8 (expected: UTF-8)");
    }
  }

  /** The first line without its end, and of a longer one just enough to be too long. */
  private static byte[] firstLine(InputStream input) throws IOException {
    var line = new ByteArrayOutputStream();
    var buffered = new BufferedInputStream(input);
    for (int read = buffered.read(); read >= 0 && read != '\n'; read = buffered.read()) {
      if (line.size() == MAX_LINE_BYTES) {
        break;
      }
      line.write(read);
    }
    byte[] bytes = line.toByteArray();
    boolean endsWithReturn = bytes.length > 0 && bytes[bytes.length - 1] == '\r';
    return endsWithReturn ? Arrays.copyOf(bytes, bytes.length - 1) : bytes;
  }

  private static String describe(UserServiceException refused) {
    return refused.violations().isEmpty()
        ? refused.getMessage()
        : refused.violations().stream()
            .map(violation -> violation.field() + ": " + violation.message())
            .collect(Collectors.joining(System.lineSeparator()));
  }
}
