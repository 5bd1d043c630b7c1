package com.ecommerce.user.core.internal.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.credential.HashSettings;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hashes that other systems made are verified as they are, and rewritten at the next sign-in. */
@ExtendWith(PostgresExtension.class)
class ForeignHashesTest {
  private static final RequestContext CALL = RequestContext.system();
  private static final PasswordHasher HASHER =
      new PasswordHasher(HashSettings.bcrypt(4), new SecureRandom());
  private static final PasswordHasher ARGON2ID =
      new PasswordHasher(HashSettings.argon2id(), new SecureRandom());

  /** A hash that another system made. */
  record Vector(String source, String password, String hash) {
    @Override
    public String toString() {
      return source + " " + hash.substring(0, Math.min(30, hash.length()));
    }
  }

  static List<Vector> vectors() throws IOException {
    try (var in = ForeignHashesTest.class.getResourceAsStream("foreign-hashes.tsv");
        var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t"))
          .map(parts -> new Vector(parts[0], parts[1], parts[2]))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void verify_acceptsTheRightPasswordOnly(Vector vector) {
    var hash = HASHER.parse(vector.hash());

    assertTrue(HASHER.verify(Password.parse(vector.password()), hash));
    assertFalse(HASHER.verify(Password.parse("x" + vector.password()), hash));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void needsRehash_ofEveryForeignHash(Vector vector) {
    var hash = new PasswordHash(vector.hash());
    boolean isOwnForm = hash.startsWith("$argon2id$v=19$m=19456,t=2,", "$bcrypt-sha256$");

    assertEquals(!isOwnForm, HASHER.needsRehash(hash) && ARGON2ID.needsRehash(hash));
  }

  /** One of each form, at a low cost. */
  static Stream<Vector> ofTheTestUser() throws IOException {
    return vectors().stream()
        .filter(vector -> vector.password().equals(TestUsers.PASSWORD))
        .filter(vector -> !vector.source().startsWith("Django") || vector.hash().length() < 75);
  }

  @Test
  void signIn_rewritesTheHash(TestDatabase database) throws IOException {
    try (var testCore = TestCore.on(database)) {
      var core = testCore.core();
      User user = core.users().create(CALL, TestUsers.aUser("moved@example.com"));
      for (var vector : ofTheTestUser().toList()) {
        database.execute(
            "update credentials set password_hash = ? where user_id = ?",
            vector.hash(),
            user.id().value());
        var wrong = Password.parse("not the password");
        assertEquals(Optional.empty(), core.passwords().verify(CALL, user.id(), wrong));
        assertEquals(vector.hash(), hashOf(database, user), vector::toString);

        var right = Password.parse(TestUsers.PASSWORD);
        assertEquals(
            Optional.of(user.id()),
            core.passwords().verify(CALL, "moved@example.com", right),
            vector::toString);
        assertTrue(
            hashOf(database, user).startsWith("$bcrypt-sha256$v=2,t=2b,r=4$")
                || vector.hash().startsWith("$bcrypt-sha256$"),
            vector::toString);
      }
    }
  }

  private static String hashOf(TestDatabase database, User user) {
    return database
        .query("select password_hash from credentials where user_id = ?", user.id().value())
        .get(0)
        .get("password_hash")
        .toString();
  }

  private static String ruleBrokenBy(String hash) {
    return assertThrows(InvalidValueException.class, () -> HASHER.parse(hash)).rule();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain text",
        "!unusable",
        "md5$salt$0123456789abcdef0123456789abcdef",
        "$1$salt$digest",
        "$6$salt$digest",
        "$argon2d$v=19$m=64,t=3,p=1$DVjSXJwAPIweqKx2Ja8ZfQ$nkpxUv85Zt4vfVEeklUiUosEYEGYxUpC9i8IW6XtsWs",
      })
  void parse_namesUnknownSchemes(String hash) {
    assertEquals("UNKNOWN_HASH", ruleBrokenBy(hash));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$2b$12$short",
        "$2b$12$lcFCruQHh1Z58RR16syoReSnVEsllTGNWySkCAgdJpq06RoUj/gcy\n",
        "bcrypt_sha256$2b$12$lcFCruQHh1Z58RR16syoReSnVEsllTGNWySkCAgdJpq06RoUj/gcy",
        "pbkdf2_sha256$1000$$mFrNkv5iSGH91rz48G6wvz9xKZihQ03KmTZTWR8gDAo=",
        "pbkdf2_sha256$0$salt$mFrNkv5iSGH91rz48G6wvz9xKZihQ03KmTZTWR8gDAo=",
        "pbkdf2_md5$1000$salt$mFrNkv5iSGH91rz48G6wvz9xKZihQ03KmTZTWR8gDAo=",
        "pbkdf2_sha256$1000$salt$mFrNkv5iSGH91rz48G6",
        "$pbkdf2-sha256$i=1000,l=20$OvwBl9xi8husVvB8Dvu8RQ$UzBuhEG7h6Kea81o7NXzrGc+Q227NWXc62ZIyREWb2s",
        "$pbkdf2-sha256$i=1000$OvwBl9xi8husVvB8Dvu8RQ$UzBuhEG7h6Kea81o7NXzrGc+Q227NWXc62ZIyREWb2s=",
        "$pbkdf2-sha256$i=1000$OvwBl9xi8husVvB8Dvu8RQ$UzBuhEG7h6Kea",
        "$argon2id$v=18$m=64,t=3,p=1$DVjSXJwAPIweqKx2Ja8ZfQ$nkpxUv85Zt4vfVEeklUiUosEYEGYxUpC9i8IW6XtsWs",
        "$argon2id$v=19$m=64,t=0,p=1$DVjSXJwAPIweqKx2Ja8ZfQ$nkpxUv85Zt4vfVEeklUiUosEYEGYxUpC9i8IW6XtsWs",
        "$argon2id$v=19$m=15,t=1,p=2$DVjSXJwAPIweqKx2Ja8ZfQ$nkpxUv85Zt4vfVEeklUiUosEYEGYxUpC9i8IW6XtsWs",
        "argon2$$argon2id$v=19",
        "$scrypt$ln=0,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$xXt6EAFzAOlee5Hgl8R5+kLA6sDARjRcMGtm6fZJsa8",
        "$scrypt$ln=10,r=0,p=1$MDEyMzQ1Njc4OWFiY2RlZg$xXt6EAFzAOlee5Hgl8R5+kLA6sDARjRcMGtm6fZJsa8",
        "$scrypt$ln=10,r=8,p=0$MDEyMzQ1Njc4OWFiY2RlZg$xXt6EAFzAOlee5Hgl8R5+kLA6sDARjRcMGtm6fZJsa8",
        "scrypt$1000$salt$8$5$xXt6EAFzAOlee5Hgl8R5+kLA6sDARjRcMGtm6fZJsa8=",
        "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=YWJj$42xEC+ixf3L2lw==$YWJj",
        "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=YWJj$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9A==",
      })
  void parse_refusesMalformedHashes(String hash) {
    assertEquals("INVALID_HASH", ruleBrokenBy(hash));
    assertFalse(HASHER.verify(Password.parse("password"), new PasswordHash(hash)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$2b$31$lcFCruQHh1Z58RR16syoReSnVEsllTGNWySkCAgdJpq06RoUj/gcy",
        "$2b$03$lcFCruQHh1Z58RR16syoReSnVEsllTGNWySkCAgdJpq06RoUj/gcy",
        "bcrypt_sha256$$2b$17$lcFCruQHh1Z58RR16syoReSnVEsllTGNWySkCAgdJpq06RoUj/gcy",
        "pbkdf2_sha256$5000001$salt$mFrNkv5iSGH91rz48G6wvz9xKZihQ03KmTZTWR8gDAo=",
        "$pbkdf2-sha512$i=99999999$OvwBl9xi8husVvB8Dvu8RQ$UzBuhEG7h6Kea81o7NXzrGc+Q227NWXc62ZIyREWb2s",
        "$pbkdf2-sha256$5000001$OvwBl9xi8husVvB8Dvu8RQ$UzBuhEG7h6Kea81o7NXzrGc.Q227NWXc62ZIyREWb2s",
        "argon2$argon2id$v=19$m=131073,t=1,p=8$DVjSXJwAPIweqKx2Ja8ZfQ$nkpxUv85Zt4vfVEeklUiUosEYEGYxUpC9i8IW6XtsWs",
        "$argon2i$v=19$m=102400,t=7,p=1$DVjSXJwAPIweqKx2Ja8ZfQ$nkpxUv85Zt4vfVEeklUiUosEYEGYxUpC9i8IW6XtsWs",
        "$argon2i$v=19$m=1024,t=11,p=1$DVjSXJwAPIweqKx2Ja8ZfQ$nkpxUv85Zt4vfVEeklUiUosEYEGYxUpC9i8IW6XtsWs",
        "$argon2i$v=19$m=1024,t=1,p=17$DVjSXJwAPIweqKx2Ja8ZfQ$nkpxUv85Zt4vfVEeklUiUosEYEGYxUpC9i8IW6XtsWs",
        "$scrypt$ln=99,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$xXt6EAFzAOlee5Hgl8R5+kLA6sDARjRcMGtm6fZJsa8",
        "$scrypt$ln=18,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$xXt6EAFzAOlee5Hgl8R5+kLA6sDARjRcMGtm6fZJsa8",
        "$scrypt$ln=10,r=8,p=17$MDEyMzQ1Njc4OWFiY2RlZg$xXt6EAFzAOlee5Hgl8R5+kLA6sDARjRcMGtm6fZJsa8",
        "$scrypt$ln=17,r=8,p=3$MDEyMzQ1Njc4OWFiY2RlZg$xXt6EAFzAOlee5Hgl8R5+kLA6sDARjRcMGtm6fZJsa8",
        "scrypt$67108864$salt$999$1$xXt6EAFzAOlee5Hgl8R5+kLA6sDARjRcMGtm6fZJsa8=",
        "$fbscrypt$v=1,n=24,r=999,p=1,ss=Bw==,sk=lSrfV15cpx95/sZS2W9c9A==$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9A==",
      })
  void parse_refusesWhatCostsTooMuchWithoutHashing(String hash) {
    assertEquals("HASH_TOO_COSTLY", ruleBrokenBy(hash));
    assertFalse(HASHER.verify(Password.parse("password"), new PasswordHash(hash)));
  }

  @Test
  void refusals_nameTheParametersOnly() {
    var costly =
        assertThrows(
            InvalidValueException.class,
            () -> HASHER.parse("$2b$31$lcFCruQHh1Z58RR16syoReSnVEsllTGNWySkCAgdJpq06RoUj/gcy"));

    assertEquals("bcrypt with cost 31 (expected: 4 to 16)", costly.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"64, 16384, true", "64, 16385, false", "4096, 131072, true", "4096, 131073, false"})
  void memory_isLimitedByTheHeap(int heapMib, int kib, boolean isAllowed) {
    var memory = new HashMemory((long) heapMib << 20);

    if (isAllowed) {
      memory.require("argon2", kib);
    } else {
      assertThrows(RefusedHashException.class, () -> memory.require("argon2", kib));
    }
  }
}
