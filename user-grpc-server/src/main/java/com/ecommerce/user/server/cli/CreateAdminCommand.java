package com.ecommerce.user.server.cli;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.NewUser;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.credential.PasswordSettings;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.server.CloseStack;
import com.ecommerce.user.server.config.CommandSettings;
import com.ecommerce.user.server.config.SettingReader;
import com.ecommerce.user.server.config.StartupException;
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
import java.util.stream.Collectors;

/** Creates an admin, whose email counts as verified. */
final class CreateAdminCommand {
  /** The size limit of the line, which is longer than any valid password. */
  private static final int MAX_LINE_BYTES = 8192;

  private final CommandOutput output;
  private final InputStream input;
  private final Optional<HiddenInput> terminal;

  /**
   * Creates the command.
   *
   * @param input its first line is the password if there is no terminal
   * @param terminal asks for the password
   */
  CreateAdminCommand(CommandOutput output, InputStream input, Optional<HiddenInput> terminal) {
    this.output = output;
    this.input = input;
    this.terminal = terminal;
  }

  /**
   * Creates the admin and prints the id.
   *
   * @throws StartupException with one line for each invalid value
   */
  void run(CommandSettings settings, String rawEmail) throws IOException {
    try (var opened = new CloseStack()) {
      var violations = new Violations();
      var admin =
          NewUser.builder(violations.named(field -> field.equals("email") ? "--email" : field))
              .email(rawEmail)
              .roles(Set.of(Role.ADMIN));
      if (terminal.isEmpty()) {
        violations.parse("password", firstLine(input), CreateAdminCommand::text, admin::password);
      }
      violations.throwIfAny();
      // The message about the database appears before the prompt.
      var pool = CommandDatabase.open(settings, Command.CREATE_ADMIN.word(), opened, output);
      if (terminal.isPresent()) {
        admin.password(ask(terminal.get()));
      }
      var passwords = PasswordSettings.DEFAULT.withHash(settings.hashSettings());
      var core = opened.add(UserCore.builder(pool).passwords(passwords).build());
      core.start();
      var user = core.users().createVerified(RequestContext.system(), admin.build());
      output.print("created admin " + user.id());
    } catch (UserServiceException refused) {
      throw new StartupException(describe(refused), refused);
    }
  }

  private static String ask(HiddenInput terminal) {
    String typed = terminal.ask("Password: ");
    Violations.parsed("password", typed, Password::parse);
    if (!terminal.ask("Repeat the password: ").equals(typed)) {
      throw new StartupException("password: the two differ (expected: the same password twice)");
    }
    return typed;
  }

  /**
   * Decodes a line and removes a byte order mark. Bytes that are not UTF-8 are refused, since their
   * replacement characters would become part of the password.
   */
  private static String text(byte[] line) {
    try {
      return SettingReader.withoutByteOrderMark(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString());
    } catch (CharacterCodingException malformed) {
      throw new InvalidValueException(
          "FORMAT", "bytes that are not UTF-8 (expected: text in UTF-8)");
    }
  }

  /**
   * Reads the first line, without its line break. Of a line that is too long for a password, only
   * the beginning is read.
   */
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
