package com.ecommerce.user.server.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.ecommerce.user.core.testing.FuzzInput;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

@Timeout(10)
class JsonLinesFuzz {
  private final JsonMapper mapper = new JsonMapper();

  /** The input is a message and a stack trace. */
  @FuzzTest
  void line_isOneObjectOnOneLine(byte[] input) {
    // A lone surrogate has no UTF-8 form.
    var texts =
        FuzzInput.texts(input, 2).stream().map(text -> text.replaceAll("\\p{Cs}", "?")).toList();
    byte[] line =
        JsonLines.line(Instant.EPOCH, "INFO", "logger", "thread", texts.get(0), texts.get(1));

    String text = new String(line, StandardCharsets.UTF_8);
    assertTrue(text.endsWith("}\n") && text.lines().count() == 1, "one line");
    assertTrue(text.chars().limit(text.length() - 1).noneMatch(Character::isISOControl), "control");
    var object = mapper.readTree(line);
    assertEquals(texts.get(0), object.path("message").stringValue());
    assertEquals(texts.get(1), object.path("stack").stringValue(""));
  }
}
