package com.ecommerce.user.rest.http;

import java.util.Map;
import java.util.function.Supplier;

/** The reasons to refuse a request before it reaches the core. The names never change. */
public enum HttpRefusal {
  /** The body is not what its content type says. */
  BODY_MALFORMED(400, "Malformed body"),
  /** The path is not UTF-8. */
  PATH_MALFORMED(400, "Malformed path"),
  /** The query is not percent-encoded UTF-8. */
  QUERY_MALFORMED(400, "Malformed query"),
  ROUTE_NOT_FOUND(404, "No such resource"),
  METHOD_NOT_ALLOWED(405, "Method not allowed"),
  /** A condition fails on a resource without versions, or on one that exists. */
  PRECONDITION_FAILED(412, "Precondition failed"),
  BODY_TOO_LARGE(413, "Body too large"),
  MEDIA_TYPE_UNSUPPORTED(415, "Unsupported media type");

  private final int status;
  private final String title;

  HttpRefusal(int status, String title) {
    this.status = status;
    this.title = title;
  }

  public int status() {
    return status;
  }

  public String title() {
    return title;
  }

  public HttpRefusedException because(String detail) {
    return new HttpRefusedException(this, detail, Map.of());
  }

  /** Returns the exception for this reason, with a header that gives the client more detail. */
  public HttpRefusedException because(String detail, String header, String value) {
    return new HttpRefusedException(this, detail, Map.of(header, value));
  }

  /**
   * Returns the result of the parser.
   *
   * @throws HttpRefusedException for this reason if the parser throws IllegalArgumentException
   */
  <T> T unlessParsed(Supplier<T> parser) {
    try {
      return parser.get();
    } catch (IllegalArgumentException malformed) {
      throw because(malformed.getMessage());
    }
  }
}
