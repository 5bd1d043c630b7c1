package com.ecommerce.user.rest.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntityTagsTest {
  private static EntityTags tags(String... lines) {
    return EntityTags.parse(List.of(lines));
  }

  @Test
  void list_isSplitOutsideOfQuotes() {
    assertEquals(
        List.of("\"a,b\"", "W/\"c\"", "\"\""), tags(" \"a,b\" ,, W/\"c\"", ", \"\" ,").tags());
    assertEquals(List.of("\"open, x"), tags("\"open, x").tags());
  }

  @Test
  void asterisk_matchesAnythingIfItIsAlone() {
    assertTrue(tags("*").isAny());
    assertTrue(tags(" * ,").matchStrongly("\"2\""));
    for (EntityTags others : List.of(tags("\"*\""), tags("*, \"1\""), tags("**"), tags(""))) {
      assertFalse(others.isAny());
      assertFalse(others.matchWeakly("\"2\""));
    }
  }

  @Test
  void weakTag_matchesOnlyWeakly() {
    assertTrue(tags("W/\"2\"").matchWeakly("\"2\""));
    assertFalse(tags("W/\"2\"").matchStrongly("\"2\""));
    assertTrue(tags("\"1\", \"2\"").matchStrongly("\"2\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"02\"", "2", "'2'", "\"+2\"", "\" 2\"", "w/\"2\"", "\"\u0662\"", "\"2"})
  void otherSpelling_isAnotherTag(String tag) {
    assertFalse(tags(tag).matchStrongly("\"2\""));
    assertFalse(tags(tag).matchWeakly("\"2\""));
  }
}
