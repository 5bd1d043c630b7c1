package com.ecommerce.user.rest.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/**
 * An error as RFC 9457 describes it.
 *
 * @param reason the stable name that programs branch on; also the fragment of {@code type}
 * @param errors the messages by field; empty when the problem is not about a field
 * @param callId the id of this call in the log
 * @param metadata further facts for programs, such as {@code current_version}
 */
public record ProblemBody(
    String type,
    String title,
    int status,
    String detail,
    String reason,
    Map<String, List<String>> errors,
    String callId,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> metadata) {
  /** The path at which problem types are explained. */
  public static final String TYPES = "/problems";
}
