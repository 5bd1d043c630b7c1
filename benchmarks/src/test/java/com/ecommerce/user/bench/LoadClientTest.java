package com.ecommerce.user.bench;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.bench.load.BenchUsers;
import com.ecommerce.user.bench.load.Load;
import com.ecommerce.user.bench.load.LoadClient;
import com.ecommerce.user.bench.load.ReadWorkload;
import com.ecommerce.user.bench.load.Sample;
import com.ecommerce.user.v1.GetUserByEmailRequest;
import com.ecommerce.user.v1.GetUserByEmailResponse;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.GetUserResponse;
import com.ecommerce.user.v1.UserServiceGrpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests that the figures can be trusted: every counted call was made, and wrong answers are
 * failures.
 */
class LoadClientTest {
  private static final int[] USERS = IntStream.range(0, 50).toArray();
  private static final int POISONED = 49;

  private final KnownUsers service = new KnownUsers();
  private Server server;
  private LoadClient client;

  @BeforeEach
  void start() throws IOException {
    server = ServerBuilder.forPort(0).directExecutor().addService(service).build().start();
    client = new LoadClient(server.getPort());
    // The first calls load classes, which can take longer than a test measures.
    while (service.calls.getAndSet(0) == 0) {
      client.run(ReadWorkload.byId(firstUsers(POISONED)), load(1, 1));
    }
  }

  @AfterEach
  void stop() {
    server.shutdownNow();
  }

  private static Load load(int connections, int streams) {
    return new Load(connections, streams, 0, Duration.ZERO, Duration.ofMillis(300));
  }

  @Test
  void run_countsRightAnswers() {
    Sample sample = client.run(ReadWorkload.byId(firstUsers(POISONED)), load(2, 8));
    assertTrue(sample.perSecond() > 0, sample::toString);
    assertTrue(sample.p50() > 0 && sample.p50() <= sample.p99(), sample::toString);
    double made = service.calls.get();
    double counted = sample.perSecond() * 0.3;
    assertTrue(counted <= made, () -> counted + " of " + made);
  }

  @Test
  void run_startsNoMoreCallsThanThePaceSays() {
    client.run(
        ReadWorkload.byId(firstUsers(POISONED)),
        new Load(1, 64, 100, Duration.ZERO, Duration.ofMillis(500)));
    int calls = service.calls.get();
    assertTrue(calls > 0 && calls <= 51, () -> calls + " calls");
  }

  @Test
  void run_refusesAWrongUser() {
    var workload = ReadWorkload.constant(firstUsers(POISONED), 7);
    var failure = assertThrows(IllegalStateException.class, () -> client.run(workload, load(1, 4)));
    assertTrue(failure.getMessage().contains("a wrong answer"), failure::getMessage);
  }

  @Test
  void run_refusesAFailedCallAmongGoodOnes() {
    var workload = ReadWorkload.byId(new int[] {0, POISONED});
    var failure = assertThrows(IllegalStateException.class, () -> client.run(workload, load(1, 4)));
    assertTrue(failure.getMessage().contains("a call failed"), failure::getMessage);
  }

  @Test
  void run_readsHeadersThatAreNewInEveryAnswer() {
    Sample sample = client.run(ReadWorkload.byEmail(USERS), load(2, 4));
    assertTrue(sample.perSecond() > 0, sample::toString);
  }

  private static int[] firstUsers(int count) {
    return IntStream.range(0, count).toArray();
  }

  /** Answers correctly, except for one user. */
  private static final class KnownUsers extends UserServiceGrpc.UserServiceImplBase {
    private static final Metadata.Key<String> CALL =
        Metadata.Key.of("call", Metadata.ASCII_STRING_MARSHALLER);

    private final AtomicInteger calls = new AtomicInteger();

    private static int number(java.util.function.IntPredicate isMeant) {
      return IntStream.of(USERS).filter(isMeant).findFirst().orElseThrow();
    }

    @Override
    public void getUser(GetUserRequest request, StreamObserver<GetUserResponse> observer) {
      calls.incrementAndGet();
      String id = request.getUserId();
      int number = number(user -> BenchUsers.ALL.get(user).id().toString().equals(id));
      if (number == POISONED) {
        observer.onError(Status.INTERNAL.asRuntimeException());
        return;
      }
      observer.onNext(GetUserResponse.newBuilder().setUser(BenchUsers.message(number)).build());
      observer.onCompleted();
    }

    @Override
    public void getUserByEmail(
        GetUserByEmailRequest request, StreamObserver<GetUserByEmailResponse> observer) {
      int number = number(user -> BenchUsers.ALL.get(user).email().equals(request.getEmail()));
      // This header is different in every answer.
      var headers = new Metadata();
      headers.put(CALL, "call " + calls.incrementAndGet());
      observer.onNext(
          GetUserByEmailResponse.newBuilder().setUser(BenchUsers.message(number)).build());
      observer.onError(Status.OK.asRuntimeException(headers));
    }
  }
}
