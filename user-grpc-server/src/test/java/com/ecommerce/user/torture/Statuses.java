package com.ecommerce.user.torture;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.util.Base64;
import java.util.Optional;

/** Reads the failures of gRPC from their trailers. */
final class Statuses {
  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private Statuses() {}

  /** Returns the code with its reason, such as {@code RESOURCE_EXHAUSTED SERVER_BUSY (retry)}. */
  static String describe(CharSequence code, CharSequence details) {
    var name = io.grpc.Status.fromCodeValue(Integer.parseInt(code.toString())).getCode();
    if (name == Code.OK) {
      return name.name();
    }
    return details == null
        ? name + " without details"
        : name + " " + reason(Base64.getDecoder().decode(details.toString()));
  }

  /** Returns the same for a failed call. */
  static String describe(Throwable failure) {
    String code = io.grpc.Status.fromThrowable(failure).getCode().name();
    return details(failure)
        .map(details -> code + " " + reason(details))
        .orElse(code + " without details");
  }

  private static Optional<byte[]> details(Throwable failure) {
    return Optional.ofNullable(io.grpc.Status.trailersFromThrowable(failure))
        .map(trailers -> trailers.get(DETAILS));
  }

  /**
   * Returns the time after which the failed call should be retried, in milliseconds; 0 if it should
   * not.
   */
  static long retryMillis(Throwable failure) {
    try {
      for (Any detail : Status.parseFrom(details(failure).orElse(new byte[0])).getDetailsList()) {
        if (detail.is(RetryInfo.class)) {
          var delay = detail.unpack(RetryInfo.class).getRetryDelay();
          return delay.getSeconds() * 1_000 + delay.getNanos() / 1_000_000;
        }
      }
      return 0;
    } catch (InvalidProtocolBufferException malformed) {
      return 0;
    }
  }

  /** Returns an observer of any answer that notifies the given one of its end. */
  static <T> StreamObserver<T> ending(StreamObserver<Object> end) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T answer) {
        end.onNext(answer);
      }

      @Override
      public void onError(Throwable failure) {
        end.onError(failure);
      }

      @Override
      public void onCompleted() {
        end.onCompleted();
      }
    };
  }

  private static String reason(byte[] details) {
    try {
      var status = Status.parseFrom(details);
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
