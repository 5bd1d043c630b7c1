package com.ecommerce.user.server.grpc;

import com.ecommerce.user.core.bulk.ImportOptions;
import com.ecommerce.user.core.bulk.ImportResult;
import com.ecommerce.user.core.bulk.ImportedUser;
import com.ecommerce.user.core.bulk.UserImports;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.v1.ImportUsersRequest;
import com.ecommerce.user.v1.ImportUsersResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;

/**
 * One call of ImportUsers.
 *
 * <p><b>Algorithm.</b> Rows that have arrived are written together, as many as fit into a page, and
 * the next rows arrive meanwhile (a group commit): a client that sends row by row gets each result
 * at once, and one that sends as fast as it can gets full pages. The client may be a page and
 * {@link #AHEAD} messages ahead. The service asks for another message for each row that it takes
 * out of its queue, and for none while the queue is full, in rows or in bytes, or while the client
 * reads no results. So a call takes a page of memory, however long it lasts.
 *
 * <p>Thread-safe: messages come on the event loop; rows are read and written on a worker.
 */
final class ImportStream implements StreamObserver<ImportUsersRequest> {
  /** The number of messages that the transport may deliver beyond the queue. */
  private static final int AHEAD = 16;

  private static final int MAX_BYTES = 4 << 20;

  /** A page with passwords to hash, which takes some seconds with the costliest hashes. */
  private static final int MAX_HASHES = 8;

  private final UserImports imports;
  private final RequestContext call;
  private final ServerCallStreamObserver<ImportUsersResponse> results;
  private final Queue<Row> waiting = new ArrayDeque<>();
  private ImportOptions options = ImportOptions.DEFAULT;
  private boolean hasBegun;
  private boolean isWriting;
  private boolean hasAllRows;
  private boolean hasEnded;
  private long waitingBytes;
  private int unasked;
  private long lastRow;

  /** A row that has arrived, and its size. */
  private record Row(long number, com.ecommerce.user.v1.ImportedUser user, int bytes) {
    boolean hashes() {
      return user.hasPassword() || !user.getTestPassword().isEmpty();
    }
  }

  private ImportStream(
      UserImports imports,
      RequestContext call,
      ServerCallStreamObserver<ImportUsersResponse> results) {
    this.imports = imports;
    this.call = call;
    this.results = results;
  }

  /** Begins a call. Must be called before its handler returns. */
  static ImportStream begin(
      UserImports imports, RequestContext call, StreamObserver<ImportUsersResponse> observer) {
    var results = (ServerCallStreamObserver<ImportUsersResponse>) observer;
    var stream = new ImportStream(imports, call, results);
    results.disableAutoRequest();
    results.setOnReadyHandler(stream::goOn);
    results.setOnCancelHandler(stream::end);
    results.request(AHEAD);
    return stream;
  }

  @Override
  public void onNext(ImportUsersRequest message) {
    try {
      take(message);
    } catch (UserServiceException misplaced) {
      fail(misplaced);
    }
    goOn();
  }

  private synchronized void take(ImportUsersRequest message) {
    if (hasEnded) {
      return;
    }
    if (message.hasOptions()) {
      takeOptions(message.getOptions());
    } else {
      lastRow++;
      var row = new Row(lastRow, message.getUser(), message.getSerializedSize());
      waiting.add(row);
      waitingBytes += row.bytes();
    }
    hasBegun = true;
    unasked++;
  }

  private void takeOptions(com.ecommerce.user.v1.ImportOptions given) {
    if (hasBegun) {
      var violations = new Violations();
      violations.add("options", "NOT_FIRST", "not the first message (expected: before all rows)");
      violations.throwIfAny();
    }
    options = new ImportOptions(given.getDryRun(), given.getSendMails());
  }

  /** What a thread has to do outside the lock, since it may come back here. */
  private record Step(int asked, List<Row> page, ImportOptions options, boolean isEnd) {}

  /** Writes the rows that wait, unless others are being written, and asks for more. */
  private void goOn() {
    var step = nextStep();
    if (step.asked() > 0) {
      results.request(step.asked());
    }
    if (step.isEnd()) {
      results.onCompleted();
    } else if (!step.page().isEmpty()) {
      write(step.options(), step.page());
    }
  }

  private synchronized Step nextStep() {
    List<Row> page = List.of();
    boolean isEnd = false;
    if (!hasEnded && !isWriting && results.isReady()) {
      page = page();
      isWriting = !page.isEmpty();
      isEnd = page.isEmpty() && hasAllRows;
      hasEnded = isEnd;
    }
    boolean isFull = waiting.size() >= UserImports.MAX_ROWS || waitingBytes >= MAX_BYTES;
    int asked = isFull || hasEnded ? 0 : unasked;
    unasked -= asked;
    return new Step(asked, page, options, isEnd);
  }

  private List<Row> page() {
    List<Row> page = new ArrayList<>();
    int hashes = 0;
    while (!waiting.isEmpty() && page.size() < UserImports.MAX_ROWS && hashes < MAX_HASHES) {
      var row = waiting.remove();
      waitingBytes -= row.bytes();
      hashes += row.hashes() ? 1 : 0;
      page.add(row);
    }
    return page;
  }

  private void write(ImportOptions chosen, List<Row> page) {
    var users =
        page.stream()
            .<Supplier<ImportedUser>>map(row -> () -> ImportProtos.user(row.user()))
            .toList();
    imports
        .importAsync(call, chosen, users)
        .thenAccept(imported -> answer(page, imported))
        .whenComplete(
            (answered, failed) -> {
              if (failed == null) {
                goOn();
              } else {
                fail(failed);
              }
            });
  }

  /**
   * Sends the results. The lock keeps a failure from ending the call meanwhile; sending does not
   * wait for the client.
   */
  private synchronized void answer(List<Row> page, List<ImportResult> imported) {
    for (int i = 0; i < page.size() && !hasEnded; i++) {
      results.onNext(ImportProtos.result(page.get(i).number(), imported.get(i)));
    }
    isWriting = false;
  }

  private synchronized void fail(Throwable failure) {
    if (!hasEnded) {
      end();
      // The error interceptor turns it into a status.
      results.onError(failure);
    }
  }

  @Override
  public void onError(Throwable cancelled) {
    end();
  }

  @Override
  public void onCompleted() {
    synchronized (this) {
      hasAllRows = true;
    }
    goOn();
  }

  private synchronized void end() {
    hasEnded = true;
    waiting.clear();
  }
}
