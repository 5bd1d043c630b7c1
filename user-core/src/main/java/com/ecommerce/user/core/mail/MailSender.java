package com.ecommerce.user.core.mail;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.error.InvalidValueException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The sender of mails. Immutable.
 *
 * @param name the name that is shown with the address; may be empty
 */
public record MailSender(String name, Email address) {
  private static final Pattern NAME_AND_ADDRESS =
      Pattern.compile("(?:\"([^\"]*)\"|(.*?))\\s*<(.*)>");

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if the name could end its header line
   */
  public MailSender {
    requireNonNull(name, "name");
    requireNonNull(address, "address");
    if (!name.isEmpty()) {
      Mail.requireLine("name", name);
    }
  }

  /**
   * Parses {@code no-reply@example.com} or {@code Example Shop <no-reply@example.com>}.
   *
   * @throws InvalidValueException if it is neither
   */
  public static MailSender parse(String raw) {
    Matcher both = NAME_AND_ADDRESS.matcher(raw.strip());
    if (!both.matches()) {
      return new MailSender("", Email.parse(raw));
    }
    String name = both.group(1) == null ? both.group(2) : both.group(1);
    var address = Email.parse(both.group(3));
    try {
      return new MailSender(name.strip(), address);
    } catch (IllegalArgumentException notALine) {
      throw new InvalidValueException("INVALID_CHARACTER", notALine.getMessage());
    }
  }

  /** Returns the domain for message ids. */
  public String domain() {
    return address.address().substring(address.localPart().length() + 1);
  }
}
