package com.ecommerce.user.rest.http;

import static com.ecommerce.user.core.testing.FuzzInput.accepted;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.request.LogContext;
import com.ecommerce.user.core.testing.FuzzInput;
import com.ecommerce.user.rest.json.FieldNames;
import com.ecommerce.user.rest.json.Json;
import com.ecommerce.user.rest.json.JsonFields;
import com.ecommerce.user.rest.json.UnknownFields;
import com.ecommerce.user.rest.json.UrlEncoded;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;

/** Fuzzes the parts of a request that clients can choose freely. */
@Timeout(10)
class RequestPartsFuzz {
  private static final FieldNames KNOWN =
      FieldNames.of("text", "flag", "list", "map", "object", "profile");

  private final Problems problems = new Problems("");

  @FuzzTest
  void body_isReadOrRefusedWithAProblem(byte[] input) {
    accepted(input, IllegalArgumentException.class, () -> Json.readObject(input))
        .ifPresent(
            node -> {
              byte[] written = Json.write(node);
              assertArrayEquals(written, Json.write(Json.readObject(written)));
            });
    for (var unknown : UnknownFields.values()) {
      accepted(input, IllegalArgumentException.class, () -> Json.readObject(input))
          .ifPresent(node -> assertRead(JsonFields.of(node, KNOWN, unknown)));
    }
  }

  private void assertRead(JsonFields fields) {
    String text = fields.parse("text", raw -> raw);
    assertTrue(text == null || wellFormed(text), "lone surrogate in a text");
    fields.flag("flag", true);
    List<String> list = fields.parseList("list", raw -> raw);
    assertTrue(list == null || list.stream().allMatch(RequestPartsFuzz::wellFormed), "in a list");
    Map<String, String> map = fields.parseMap("map", raw -> raw);
    assertTrue(map == null || map.values().stream().allMatch(RequestPartsFuzz::wellFormed), "map");
    fields.object("object", KNOWN).parse("text", raw -> raw);
    var patch = UserPatch.builder(fields.violations());
    patch.profile().socialLinks(map == null ? Map.of() : map);
    if (!fields.violations().isEmpty()) {
      var failure = fields.violations().toException();
      var reply = problems.toReply(failure, LogContext.NONE, false);
      assertEquals(400, reply.status());
      assertTrue(Json.readObject(reply.body()).has("errors"), "violations in the problem");
    }
  }

  private static boolean wellFormed(String text) {
    return text.equals(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
  }

  @FuzzTest
  void query_isReadAsItWasWritten(byte[] input) {
    String text = FuzzInput.text(input);
    accepted(input, IllegalArgumentException.class, () -> UrlEncoded.pairs(text))
        .ifPresent(pairs -> assertEquals(pairs, UrlEncoded.pairs(encoded(pairs))));
    FuzzInput.repeated(text)
        .ifPresent(
            longText ->
                accepted(input, IllegalArgumentException.class, () -> UrlEncoded.pairs(longText)));
  }

  private static String encoded(Map<String, List<String>> pairs) {
    return pairs.entrySet().stream()
        .flatMap(
            entry ->
                entry.getValue().stream()
                    .map(value -> escaped(entry.getKey()) + "=" + escaped(value)))
        .collect(Collectors.joining("&"));
  }

  private static String escaped(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** The input is a line of If-Match and one of If-None-Match. */
  @FuzzTest
  void conditions_nameAVersionOrNone(byte[] input) {
    var texts = FuzzInput.texts(input, 2);
    check(texts.get(0), texts.get(1));
    FuzzInput.repeated(texts.get(0)).ifPresent(longText -> check(longText, longText));
  }

  private static void check(String ifMatch, String ifNoneMatch) {
    var conditions = Conditions.parse(List.of(ifMatch), List.of(ifNoneMatch));
    var onlyMatch = Conditions.parse(List.of(ifMatch), List.of());
    boolean isMet = onlyMatch.isMetBy(7);
    boolean mentionsIt = EntityTags.parse(List.of(ifMatch)).matchStrongly("\"7\"");
    assertEquals(mentionsIt, isMet);
    if (conditions.isMetBy(7)) {
      assertTrue(isMet, "a condition that fails alone holds with another one");
    }
    assertFalse(
        Conditions.parse(List.of("\"8\"", ifMatch.replace("7", "8").replace("*", "")), List.of())
            .isMetBy(7),
        "the version is not named");
  }
}
