package com.ecommerce.user.core.internal.hash;

import com.ecommerce.user.core.credential.Password;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The scrypt of Firebase Authentication, with the parameters of the project in each hash: {@code
 * $fbscrypt$v=1,n=14,r=8,p=1,ss=separator,sk=signer key$salt$digest}, all in base64. scrypt of the
 * password, salted with the salt and the separator, gives a key of AES-256, and the digest is the
 * signer key encrypted with it in counter mode. Such hashes are only verified, and rewritten at the
 * next sign-in. Other systems that take users from Firebase have the same form.
 */
final class FirebaseHash implements HashScheme {
  private static final String SCHEME = "fbscrypt";
  private static final int KEY_BYTES = 32;
  private static final int BLOCK_BYTES = 16;

  /** The minimum length of a digest in bytes. Firebase makes signer keys of 64 bytes. */
  private static final int MIN_LENGTH = 16;

  private static final String BASE64 = "[A-Za-z0-9+/]";

  private static final Pattern FORM =
      Pattern.compile(
          "\\$fbscrypt\\$v=1,n=(\\d{1,2}),r=(\\d{1,3}),p=(\\d{1,3}),ss=("
              + BASE64
              + "{0,64}=*),sk=("
              + BASE64
              + "{1,256}=*)\\$("
              + BASE64
              + "{1,172}=*)\\$("
              + BASE64
              + "{1,256}=*)");

  private final HashMemory memory;

  FirebaseHash(HashMemory memory) {
    this.memory = memory;
  }

  /** The parts of a hash. */
  private record Parts(ScryptHash.Cost cost, byte[] salt, byte[] signerKey, byte[] digest) {}

  @Override
  public boolean owns(PasswordHash hash) {
    return hash.startsWith("$fbscrypt$");
  }

  @Override
  public void check(PasswordHash hash) {
    parse(hash);
  }

  @Override
  public boolean verify(Password password, PasswordHash hash) {
    var parts = parse(hash);
    byte[] key = ScryptHash.derive(memory, password, parts.salt(), parts.cost(), KEY_BYTES);
    return MessageDigest.isEqual(encrypted(parts.signerKey(), key), parts.digest());
  }

  private Parts parse(PasswordHash hash) {
    Matcher form = FORM.matcher(hash.encoded());
    if (!form.matches()) {
      throw RefusedHashException.malformed(SCHEME);
    }
    var salt = new ByteArrayOutputStream();
    salt.writeBytes(HashText.base64(SCHEME, form.group(6)));
    salt.writeBytes(HashText.base64(SCHEME, form.group(4)));
    var parts =
        new Parts(
            new ScryptHash.Cost(
                ScryptHash.costOf(SCHEME, Integer.parseInt(form.group(1))),
                Integer.parseInt(form.group(2)),
                Integer.parseInt(form.group(3))),
            salt.toByteArray(),
            HashText.base64(SCHEME, form.group(5)),
            HashText.base64(SCHEME, form.group(7)));
    if (parts.digest().length < MIN_LENGTH || parts.digest().length != parts.signerKey().length) {
      throw RefusedHashException.malformed(SCHEME);
    }
    ScryptHash.requireAllowed(memory, SCHEME, parts.cost());
    return parts;
  }

  private static byte[] encrypted(byte[] signerKey, byte[] key) {
    try {
      var cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(key, "AES"),
          new IvParameterSpec(new byte[BLOCK_BYTES]));
      return cipher.doFinal(signerKey);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("every JDK has AES in counter mode", missing);
    }
  }
}
