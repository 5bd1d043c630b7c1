package com.ecommerce.user.core.internal.hash;

import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.internal.crypto.Digests;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/**
 * bcrypt in the form that most systems have: {@code $2b$12$…}, also with {@code 2a} and {@code 2y},
 * which mean the same for all correct implementations. Django puts {@code bcrypt$} before it, or
 * {@code bcrypt_sha256$} if the input of bcrypt was the SHA-256 of the password in hexadecimal. In
 * the other forms, bcrypt reads only the first 72 bytes of a password. Such hashes are only
 * verified, and rewritten at the next sign-in.
 */
final class PlainBcryptHash implements HashScheme {
  private static final Pattern FORM =
      Pattern.compile("(bcrypt\\$|bcrypt_sha256\\$)?(\\$2[aby]\\$(\\d{2})\\$[./A-Za-z0-9]{53})");

  @Override
  public boolean owns(PasswordHash hash) {
    return hash.startsWith("$2a$", "$2b$", "$2y$", "bcrypt$", "bcrypt_sha256$");
  }

  @Override
  public void check(PasswordHash hash) {
    parse(hash);
  }

  @Override
  public boolean verify(Password password, PasswordHash hash) {
    Matcher parts = parse(hash);
    byte[] text = password.text().getBytes(StandardCharsets.UTF_8);
    boolean isShortened = "bcrypt_sha256$".equals(parts.group(1));
    return OpenBSDBCrypt.checkPassword(parts.group(2), isShortened ? shortened(text) : text);
  }

  private static Matcher parse(PasswordHash hash) {
    Matcher parts = FORM.matcher(hash.encoded());
    if (!parts.matches()) {
      throw RefusedHashException.malformed("bcrypt");
    }
    BcryptHash.requireAllowed(Integer.parseInt(parts.group(3)));
    return parts;
  }

  private static byte[] shortened(byte[] text) {
    return HexFormat.of().formatHex(Digests.sha256(text)).getBytes(StandardCharsets.US_ASCII);
  }
}
