package com.ecommerce.user.core.internal.text;

import com.ibm.icu.text.IDNA;
import com.ibm.icu.util.ICUInputTooLongException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names of the domain name system, in any script. Unicode is converted to ASCII by the
 * non-transitional processing of UTS #46, as IDNA 2008 and browsers do: {@code straße.example} is
 * {@code xn--strae-oqa.example}, not another person's {@code strasse.example}.
 */
public final class DomainName {
  /** Right-to-left letters and joiners are accepted only where IDNA 2008 allows them. */
  private static final IDNA UTS46 =
      IDNA.getUTS46Instance(
          IDNA.NONTRANSITIONAL_TO_ASCII
              | IDNA.USE_STD3_RULES
              | IDNA.CHECK_BIDI
              | IDNA.CHECK_CONTEXTJ);

  /**
   * The errors to ignore. Existing names have hyphens in the third and fourth place, such as
   * r3---sn.example.
   */
  private static final Set<IDNA.Error> HARMLESS = EnumSet.of(IDNA.Error.HYPHEN_3_4);

  /**
   * The maximum number of chars, which is far more than a name of 253 ASCII letters has in any
   * script. Longer names are refused without further checks.
   */
  private static final int MAX_CHARS = 1_000;

  private static final Pattern PLAIN_ASCII =
      Pattern.compile("(?!.*xn--)\\p{ASCII}*", Pattern.DOTALL | Pattern.CASE_INSENSITIVE);

  private static final String LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";
  private static final Pattern HOST =
      Pattern.compile("(?=.{1,253}$)" + LABEL + "(\\." + LABEL + ")*");

  private DomainName() {}

  /**
   * Returns the ASCII form in lower case; empty if the name has none. A name that is ASCII already,
   * without an encoded label, is not checked further.
   */
  public static Optional<String> toAscii(String name) {
    if (PLAIN_ASCII.matcher(name).matches()) {
      return Optional.of(Ascii.toLowerCase(name));
    }
    if (name.length() > MAX_CHARS) {
      return Optional.empty();
    }
    var ascii = new StringBuilder();
    var info = new IDNA.Info();
    try {
      UTS46.nameToASCII(name, ascii, info);
    } catch (ICUInputTooLongException tooLong) {
      // A single letter such as U+3316 becomes up to 18, and ICU limits the length after that.
      return Optional.empty();
    }
    return HARMLESS.containsAll(info.getErrors())
        ? Optional.of(ascii.toString())
        : Optional.empty();
  }

  /** Returns whether the name, or the IPv4 address, may stand in a URL as its host. */
  static boolean isValid(String host) {
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    return toAscii(name).filter(ascii -> HOST.matcher(ascii).matches()).isPresent();
  }
}
