package com.ecommerce.user.core.internal.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.credential.HashSettings;
import com.ecommerce.user.core.credential.Password;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.util.DefaultLocale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHasherTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final PasswordHasher bcrypt = new PasswordHasher(HashSettings.bcrypt(4), RANDOM);
  private final PasswordHasher argon2id = new PasswordHasher(HashSettings.argon2id(), RANDOM);

  @Test
  void bcrypt_tellsApartPasswordsThatDifferAfterByte72() {
    String common = "a".repeat(72);
    var hash = bcrypt.hash(Password.parse(common + "b"));

    assertTrue(bcrypt.verify(Password.parse(common + "b"), hash));
    assertFalse(bcrypt.verify(Password.parse(common + "c"), hash));
    assertFalse(bcrypt.verify(Password.parse(common), hash));
  }

  @Test
  void bcrypt_tellsApartPasswordsThatDifferAfterANul() {
    var hash = bcrypt.hash(Password.parse("secret\u0000one"));

    assertTrue(bcrypt.verify(Password.parse("secret\u0000one"), hash));
    assertFalse(bcrypt.verify(Password.parse("secret\u0000two"), hash));
  }

  @Test
  void hash_saysSchemeAndCostAndIsSalted() {
    var password = Password.parse("correct horse battery");

    assertTrue(bcrypt.hash(password).encoded().startsWith("$bcrypt-sha256$v=2,t=2b,r=4$"));
    assertTrue(argon2id.hash(password).encoded().startsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
    assertNotEquals(bcrypt.hash(password), bcrypt.hash(password));
    assertNotEquals(argon2id.hash(password), argon2id.hash(password));
  }

  @Test
  void verify_readsBothSchemesWhateverTheSetting() {
    var password = Password.parse("correct horse battery 🐎");

    assertTrue(argon2id.verify(password, bcrypt.hash(password)));
    assertTrue(bcrypt.verify(password, argon2id.hash(password)));
    assertFalse(bcrypt.verify(Password.parse("wrong"), argon2id.hash(password)));
  }

  @Test
  @DefaultLocale("ar-EG")
  void hash_isTheSameInEveryLanguage() {
    var password = Password.parse("correct horse battery");

    for (var hasher : List.of(bcrypt, argon2id)) {
      var hash = hasher.hash(password);
      assertTrue(hash.encoded().chars().allMatch(character -> character < 128), hash.encoded());
      assertTrue(hasher.verify(password, hash));
    }
  }

  /** The hashes were made by passlib, the argon2 reference implementation and Python's hashlib. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "password $bcrypt-sha256$v=2,t=2b,r=12$n79VH.0Q2TMWmt3Oqt9uku$Kq4Noyk3094Y2QlB8NdRT8SvGiI4ft2",
        "password $argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "lètmein pbkdf2_sha256$1000$seasalt$JgZryXe2Ga8ysg6XbzkLpTdyPQrHqsinbL9BnnhgX4A=",
        "'correct horse battery' pbkdf2_sha256$2000$Wf3pE1bXk2Qz$qgQMA8jPbTmJnw5AXA7VbjIp4pAFhEzbP2pMxk9nA6M=",
      })
  void verify_readsHashesOfOtherImplementations(String password, String hash) {
    assertTrue(bcrypt.verify(Password.parse(password), new PasswordHash(hash)));
    assertFalse(bcrypt.verify(Password.parse(password + "x"), new PasswordHash(hash)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain text",
        "$bcrypt-sha256$v=2,t=2b,r=31$n79VH.0Q2TMWmt3Oqt9uku$Kq4Noyk3094Y2QlB8NdRT8SvGiI4ft2",
        "$bcrypt-sha256$v=2,t=2b,r=3$n79VH.0Q2TMWmt3Oqt9uku$Kq4Noyk3094Y2QlB8NdRT8SvGiI4ft2",
        "$bcrypt-sha256$nonsense",
        "$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=65536,t=999,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=65536,t=2,p=99$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=0,t=0,p=0$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQz0$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "pbkdf2_sha256$9999999$seasalt$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "pbkdf2_sha256$0$seasalt$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "pbkdf2_sha256$1000$seasalt$short",
      })
  void verify_refusesMalformedAndRuinouslyCostlyHashes(String hash) {
    assertFalse(bcrypt.verify(Password.parse("password"), new PasswordHash(hash)));
  }

  @Test
  void needsRehash_ofAnotherSchemeOrALowerCost() {
    var password = Password.parse("correct horse battery");
    var stronger = new PasswordHasher(HashSettings.bcrypt(5), RANDOM);

    assertFalse(bcrypt.needsRehash(bcrypt.hash(password)));
    assertFalse(bcrypt.needsRehash(stronger.hash(password)));
    assertTrue(stronger.needsRehash(bcrypt.hash(password)));
    assertTrue(argon2id.needsRehash(bcrypt.hash(password)));
    assertTrue(bcrypt.needsRehash(argon2id.hash(password)));
    assertFalse(argon2id.needsRehash(argon2id.hash(password)));
    assertTrue(
        bcrypt.needsRehash(
            new PasswordHash(
                "pbkdf2_sha256$1000$seasalt$JgZryXe2Ga8ysg6XbzkLpTdyPQrHqsinbL9BnnhgX4A=")));
  }

  @Test
  void settings_refuseCostsThatAreTooLowOrTooHigh() {
    assertEquals(12, HashSettings.DEFAULT.bcryptCost());
    assertThrows(IllegalArgumentException.class, () -> HashSettings.bcrypt(3));
    assertThrows(IllegalArgumentException.class, () -> HashSettings.bcrypt(17));
  }
}
