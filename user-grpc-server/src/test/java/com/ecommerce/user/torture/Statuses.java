package com.ecommerce.user.torture;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.Status.Code;
import java.util.Base64;

/** Reads the failures of gRPC from their trailers. */
final class Statuses {
  private Statuses() {}

  /** The code with its reason, such as {@code RESOURCE_EXHAUSTED SERVER_BUSY (retry)}. */
  static String describe(CharSequence code, CharSequence details) {
    var name = io.grpc.Status.fromCodeValue(Integer.parseInt(code.toString())).getCode();
    if (name == Code.OK) {
      return name.name();
    }
    return details == null ? name + " without details" : name + " " + reason(details.toString());
  }

  private static String reason(String details) {
    try {
      var status = Status.parseFrom(Base64.getDecoder().decode(details));
      var text = new StringBuilder();
      for (Any detail : status.getDetailsList()) {
        if (detail.is(ErrorInfo.class)) {
          text.append(detail.unpack(ErrorInfo.class).getReason());
        } else if (detail.is(RetryInfo.class)) {
          text.append(" (retry)");
        }
      }
      return text.toString();
    } catch (InvalidProtocolBufferException malformed) {
      return "with malformed details";
    }
  }
}
