package com.ecommerce.user.torture;

import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Records when the health of a service changes. */
final class HealthWatch implements AutoCloseable {
  private final ManagedChannel channel;
  private final Queue<Change> changes = new ConcurrentLinkedQueue<>();

  private record Change(ServingStatus status, long when) {}

  HealthWatch(Target target) {
    channel = Network.OTHERS.channelTo(target);
    HealthGrpc.newStub(channel)
        .watch(
            HealthCheckRequest.getDefaultInstance(),
            new StreamObserver<>() {
              @Override
              public void onNext(HealthCheckResponse answer) {
                changes.add(new Change(answer.getStatus(), System.nanoTime()));
              }

              @Override
              public void onError(Throwable ended) {
                changes.add(new Change(ServingStatus.UNKNOWN, System.nanoTime()));
              }

              @Override
              public void onCompleted() {
                changes.add(new Change(ServingStatus.UNKNOWN, System.nanoTime()));
              }
            });
  }

  /** Returns the seconds from then until this status was reported; infinite if it was not. */
  double secondsUntil(ServingStatus status, long then) {
    return List.copyOf(changes).stream()
        .filter(change -> change.status() == status && change.when() - then >= 0)
        .mapToDouble(change -> (change.when() - then) / 1e9)
        .findFirst()
        .orElse(Double.POSITIVE_INFINITY);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
