package com.ecommerce.user.rest.jetty;

import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.ProblemBody;
import com.ecommerce.user.rest.http.RequestPipeline;
import com.ecommerce.user.rest.json.Json;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Answers requests that never reach a route, such as malformed HTTP or headers that are too large,
 * with problem details.
 */
public final class ProtocolErrors extends ErrorHandler {
  private static final String CHUNKED_NOT_LAST = "Bad Transfer-Encoding, chunked not last";
  private static final String UNKNOWN_CODING =
      "the transfer coding is not supported (expected: chunked)";

  private final RandomGenerator random;

  /**
   * @param random makes call ids
   */
  public ProtocolErrors(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }

  /**
   * Returns whether the parser refused a last transfer coding other than {@code chunked}. It
   * reports such a request as malformed, though the server only does not know the coding (RFC 9112,
   * section 6.1).
   */
  private static boolean isUnknownTransferCoding(Throwable cause) {
    return cause instanceof HttpException refused && CHUNKED_NOT_LAST.equals(refused.getReason());
  }

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      String message,
      Throwable cause,
      Callback callback) {
    int status = isUnknownTransferCoding(cause) ? HttpStatus.NOT_IMPLEMENTED_501 : code;
    String title = HttpStatus.getMessage(status);
    String reason = title.toUpperCase(Locale.ROOT).replaceAll("[^A-Z]+", "_");
    String callId = HexFormat.of().toHexDigits(random.nextLong());
    var problem =
        new ProblemBody(
            "about:blank",
            title,
            status,
            status == HttpStatus.NOT_IMPLEMENTED_501
                ? UNKNOWN_CODING
                : "refused by the HTTP server",
            reason,
            Map.of(),
            callId,
            Map.of());
    response.setStatus(status);
    if (!request.getConnectionMetaData().isPersistent()) {
      // Jetty treats a request whose first line it cannot parse as HTTP/1.0, and would close the
      // connection without this header. An HTTP/1.1 client may already have sent its next request.
      response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
    }
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, ApiResponse.PROBLEM_JSON);
    response.getHeaders().put(RequestPipeline.CALL_ID_HEADER, callId);
    response.getHeaders().put("X-Content-Type-Options", "nosniff");
    response.write(true, ByteBuffer.wrap(Json.write(problem)), callback);
  }
}
