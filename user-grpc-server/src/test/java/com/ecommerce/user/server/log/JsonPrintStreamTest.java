package com.ecommerce.user.server.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonPrintStreamTest {
  private static final JsonMapper JSON = new JsonMapper();

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream stream =
      new JsonPrintStream(new PrintStream(written, true, StandardCharsets.UTF_8), "stderr", "WARN");

  private List<JsonNode> lines() {
    return written.toString(StandardCharsets.UTF_8).lines().map(JSON::readTree).toList();
  }

  private List<String> messages() {
    return lines().stream().map(line -> line.path("message").asString()).toList();
  }

  @Test
  void line_isAnObject_whateverIsInIt() {
    stream.println("says \"hello\" \\ \t\u0001\u2028 Ж\uD83D\uDE00");
    stream.print("half ");
    stream.printf("and %s%n", "half");
    stream.print("two\r\nlines\n\n");

    assertEquals(
        List.of("says \"hello\" \\ \t\u0001\u2028 Ж\uD83D\uDE00", "half and half", "two", "lines"),
        messages());
    var first = lines().get(0);
    assertEquals("stderr", first.path("logger").asString());
    assertEquals("WARN", first.path("level").asString());
    assertEquals(Thread.currentThread().getName(), first.path("thread").asString());
    assertTrue(first.path("stack").isMissingNode());
  }

  @Test
  void stackTrace_isOneObject() {
    var failure = new IllegalStateException("two\nlines", new RuntimeException("the cause\nhere"));
    failure.addSuppressed(new RuntimeException("suppressed"));

    failure.printStackTrace(stream);
    stream.println("\tnot of a trace, but indented");
    failure.printStackTrace(stream);
    stream.println("next");

    assertEquals(
        List.of(failure.toString(), failure.toString(), "next"),
        messages().stream().filter(message -> !message.startsWith("\t")).toList());
    String stack = lines().get(0).path("stack").asString();
    assertTrue(stack.contains("\n\tat " + getClass().getName()), stack);
    assertTrue(stack.contains("Caused by: java.lang.RuntimeException: the cause"), stack);
    assertTrue(stack.contains("Suppressed: java.lang.RuntimeException: suppressed"), stack);
  }

  @Test
  void endlessLine_isWrittenInPieces() {
    stream.print("x".repeat(150_000));
    stream.println();

    assertEquals(List.of(65_536, 65_536, 18_928), messages().stream().map(String::length).toList());
  }
}
