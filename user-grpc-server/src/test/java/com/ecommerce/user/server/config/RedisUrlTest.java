package com.ecommerce.user.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisUrlTest {
  @ParameterizedTest
  @CsvSource({
    "redis://h, redis://h:6379/0",
    "redis://h/, redis://h:6379/0",
    "redis://h:1/15, redis://h:1/15",
    "rediss://:secret@h, rediss://h:6379/0",
    "redis://[::1]:7/2, redis://[::1]:7/2",
  })
  void parse_takesWhatMayBeLeftOut(String text, String shown) {
    assertEquals(shown, RedisUrl.parse(text).toString());
  }

  @Test
  void parse_decodesTheLogin() {
    var url = RedisUrl.parse("rediss://ad%40a:p%2Fa:s+s@redis.internal:6380/3");
    assertEquals(
        new RedisUrl(true, Optional.of("ad@a"), Optional.of("p/a:s+s"), "redis.internal", 6380, 3),
        url);
    assertEquals(Optional.empty(), RedisUrl.parse("redis://:secret@h").user());
  }

  @Test
  void parse_takesSpecialCharactersOfALoginAsTheyAre() {
    var url = RedisUrl.parse("redis://ada:p/a?s@s:w=@h:1/2");

    assertEquals(Optional.of("p/a?s@s:w="), url.password());
    assertEquals("redis://h:1/2", url.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "http://:hunter2@h",
        "redis://hunter2@h",
        "redis://hunter2:@h",
        "redis://:hunter2%@h",
        "redis://:hunter2%FF@h",
        "redis://:hunter2@h:0",
        "redis://:hunter2@h:65536",
        "redis://:hunter2@h/users",
        "redis://:hunter2@h/0?x=y",
        "redis://:hunter2@a,b",
        "redis://:hunter2@h:port",
        "redis://:hunter2@"
      })
  void parse_refusesOthersWithoutShowingASecret(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> RedisUrl.parse(text)).getMessage();
    assertTrue(message.contains("(expected: "), message);
    assertFalse(message.contains("hunter2"), message);
  }
}
