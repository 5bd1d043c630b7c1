package com.ecommerce.user.rest.http;

import com.ecommerce.user.core.internal.text.Ascii;
import com.ecommerce.user.rest.json.UrlEncoded;
import com.ecommerce.user.rest.json.Utf8;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The body of a request, which can be read once. The methods throw {@link HttpRefusedException} if
 * it is too large, compressed or of another type.
 */
public final class RequestBody {
  /** Bodies above this many bytes are refused. */
  public static final int MAX_BYTES = 1 << 20;

  private static final String JSON_TYPE = "application/json";
  private static final String FORM_TYPE = "application/x-www-form-urlencoded";
  private static final String IDENTITY = "identity";

  private final Context context;
  private final Route route;
  private final boolean isKept;

  /**
   * @param isKept whether the bytes are kept as an attribute of the request for {@link RequestKeys}
   */
  RequestBody(Context context, Route route, boolean isKept) {
    this.context = context;
    this.route = route;
    this.isKept = isKept;
  }

  /** Returns the bytes of a JSON text. */
  byte[] json() {
    requireType(JSON_TYPE);
    return read();
  }

  /** Returns the bytes of a JSON text; an empty object if the body is empty, whatever its type. */
  byte[] optionalJson() {
    byte[] body = read();
    if (body.length == 0) {
      return "{}".getBytes(StandardCharsets.UTF_8);
    }
    requireType(JSON_TYPE);
    return body;
  }

  /** Returns the first value of each field of a form. */
  Map<String, String> form() {
    requireType(FORM_TYPE);
    Map<String, String> form = new HashMap<>();
    HttpRefusal.BODY_MALFORMED
        .unlessParsed(() -> UrlEncoded.pairs(text(read())))
        .forEach((name, values) -> form.put(name, values.get(0)));
    return form;
  }

  private static String text(byte[] body) {
    try {
      return Utf8.decode(body);
    } catch (CharacterCodingException malformed) {
      throw HttpRefusal.BODY_MALFORMED.because("the body has invalid characters (expected: UTF-8)");
    }
  }

  /**
   * Refuses bodies of other types, and compressed ones, since their size is unknown until they are
   * decompressed.
   */
  private void requireType(String expected) {
    String found = Optional.ofNullable(context.header("Content-Type")).orElse("none");
    String type = found.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!type.equals(expected)) {
      throw HttpRefusal.MEDIA_TYPE_UNSUPPORTED.because(
          "the body's content type is not understood (expected: " + expected + ")",
          route.method().equals("PATCH") ? "Accept-Patch" : "Accept",
          expected);
    }
    boolean isCoded =
        Collections.list(context.req().getHeaders("Content-Encoding")).stream()
            .flatMap(line -> Arrays.stream(line.split(",")))
            .map(String::strip)
            .anyMatch(coding -> !coding.isEmpty() && !Ascii.equalsIgnoreCase(coding, IDENTITY));
    if (isCoded) {
      throw HttpRefusal.MEDIA_TYPE_UNSUPPORTED.because(
          "the body's content coding is not supported (expected: none)",
          "Accept-Encoding",
          IDENTITY);
    }
  }

  private byte[] read() {
    if (context.req().getContentLengthLong() > MAX_BYTES) {
      throw tooLarge();
    }
    try (InputStream body = context.req().getInputStream()) {
      byte[] bytes = body.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw tooLarge();
      }
      if (isKept) {
        context.attribute(RequestKeys.BODY, bytes);
      }
      return bytes;
    } catch (IOException broken) {
      if (broken instanceof BodyRefusedException given) {
        throw given.refusal();
      }
      if (broken.getCause() instanceof BodyRefusedException given) {
        throw given.refusal();
      }
      throw HttpRefusal.BODY_MALFORMED.because("the body ended prematurely");
    }
  }

  public static HttpRefusedException tooLarge() {
    return HttpRefusal.BODY_TOO_LARGE.because(
        "the body is too large (expected: at most " + MAX_BYTES + " bytes)");
  }
}
