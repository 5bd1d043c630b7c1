package com.ecommerce.user.core.internal.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.db.ServiceKeys;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(PostgresExtension.class)
class PageTokensTest {
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  private static final List<String> LIST = List.of("list", "filter", "sort");
  private static final UUID ID = UUID.fromString("0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e");
  private static final PageTokens.Cursor CURSOR = new PageTokens.Cursor("key ü 🐎", ID);

  private TestDatabase database;
  private PageTokens tokens;

  @BeforeEach
  void open(TestDatabase ownDatabase) {
    database = ownDatabase;
    tokens = newInstance();
  }

  private PageTokens newInstance() {
    return new PageTokens(new ServiceKeys(new Database(database.dataSource())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "key ü 🐎", "2026-06-15T12:00:00.123456Z"})
  void read_givesWhatWasWritten(String key) {
    var cursor = new PageTokens.Cursor(key, ID);

    assertEquals(Optional.of(cursor), tokens.read(LIST, tokens.write(LIST, cursor)));
  }

  @Test
  void read_onAnotherInstance_givesTheSame() {
    assertEquals(Optional.of(CURSOR), newInstance().read(LIST, tokens.write(LIST, CURSOR)));
  }

  @Test
  void read_ofTheEmptyToken_isTheFirstPage() {
    assertEquals(Optional.empty(), tokens.read(LIST, ""));
  }

  @Test
  void write_needsNoEscapingInAUrl() {
    assertTrue(tokens.write(LIST, CURSOR).matches("[A-Za-z0-9_-]+"));
  }

  @Test
  void read_forAnotherList_isRefused() {
    String token = tokens.write(LIST, CURSOR);

    assertRefused(List.of("list", "filter", "other sort"), token);
    assertRefused(List.of("list", "filter"), token);
    // The parts have the same characters, but other boundaries.
    assertRefused(List.of("list", "filters", "ort"), token);
    assertRefused(List.of("listfiltersort"), token);
  }

  @Test
  void read_withAnyBitChanged_isRefused() {
    byte[] token = Base64.getUrlDecoder().decode(tokens.write(LIST, CURSOR));

    for (int bit = 0; bit < token.length * Byte.SIZE; bit++) {
      byte[] tampered = token.clone();
      tampered[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertRefused(LIST, Base64.getUrlEncoder().withoutPadding().encodeToString(tampered));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "ab"})
  void read_withAnyOtherLastLetter_isRefused(String key) {
    String token = tokens.write(LIST, new PageTokens.Cursor(key, ID));
    String start = token.substring(0, token.length() - 1);

    for (char letter : LETTERS.toCharArray()) {
      if (!token.equals(start + letter)) {
        assertRefused(LIST, start + letter);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "ab"})
  void read_withPadding_isRefused(String key) {
    String token = tokens.write(LIST, new PageTokens.Cursor(key, ID));

    assertRefused(LIST, token + "=");
    assertRefused(LIST, token + "==");
  }

  @Test
  void read_ofAnyPart_isRefused() {
    String token = tokens.write(LIST, CURSOR);

    for (int length = 1; length < token.length(); length++) {
      assertRefused(LIST, token.substring(0, length));
      assertRefused(LIST, token.substring(length));
    }
    assertRefused(LIST, token + token);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "!", "not base64 url ???", "AQ", "äöü", "\u0000"})
  void read_ofAnythingElse_isRefused(String token) {
    assertRefused(LIST, token);
  }

  private void assertRefused(List<String> list, String token) {
    var violations =
        assertThrows(UserServiceException.class, () -> tokens.read(list, token)).violations();

    assertEquals("pagination.page_token", violations.get(0).field());
    assertEquals("INVALID_PAGE_TOKEN", violations.get(0).rule());
  }
}
