package com.ecommerce.user.core.internal.page;

import static com.ecommerce.user.core.testing.FuzzInput.accepted;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.db.ServiceKeys;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.testing.FuzzInput;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Timeout(10)
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageTokensFuzz {
  private static final UUID ID = UUID.fromString("0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e");

  private PageTokens tokens;

  @BeforeAll
  void open(TestDatabase database) {
    tokens = new PageTokens(new ServiceKeys(new Database(database.dataSource())));
  }

  /** The input is a token, then a sort key and a name of a list. */
  @FuzzTest
  void read_acceptsOnlyWhatWasWrittenForTheSameList(byte[] input) {
    var texts = FuzzInput.texts(input, 3);
    String forged = texts.get(0);
    // Sort keys come from the database, which has no lone surrogates.
    String key = texts.get(1).replaceAll("\\p{Cs}", "");
    // The fuzzer sees what is compared. It would learn the authentication code of a list that it
    // meets twice.
    var list = List.of("users", texts.get(2), UUID.randomUUID().toString());
    var cursor = new PageTokens.Cursor(key, ID);

    String token = tokens.write(list, cursor);

    assertEquals(Optional.of(cursor), tokens.read(list, token));
    assertEquals(token, PageRequest.parseToken(token));
    if (!forged.equals(token) && !forged.isEmpty()) {
      assertRefused(input, list, forged);
    }
    assertRefused(input, List.of("users", texts.get(2)), token);
    FuzzInput.repeated(forged).ifPresent(longText -> assertRefused(input, list, longText));
  }

  private void assertRefused(byte[] input, List<String> list, String token) {
    assertTrue(
        accepted(input, UserServiceException.class, () -> tokens.read(list, token)).isEmpty(),
        "a token of nobody");
  }
}
