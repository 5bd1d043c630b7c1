package com.ecommerce.user.server.grpc;

import com.ecommerce.user.core.bulk.ImportOptions;
import com.ecommerce.user.core.bulk.ImportResult;
import com.ecommerce.user.core.bulk.ImportedUser;
import com.ecommerce.user.core.bulk.UserImports;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.v1.ImportUsersRequest;
import com.ecommerce.user.v1.ImportUsersResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Supplier;

/**
 * One call of ImportUsers.
 *
 * <p><b>Algorithm.</b> Rows that have arrived are written together, as many as fit into a page, and
 * the next rows arrive meanwhile (a group commit): a client that sends row by row gets each result
 * at once, and one that sends as fast as it can gets full pages. The service asks for one message
 * after the other, and for none while the queue of those that wait is full, in rows or in bytes, as
 * it is while the client reads no results. So a call takes two pages and a message of memory,
 * however long it lasts.
 *
 * <p>Thread-safe: messages come on the event loop; rows are read and written on a worker.
 */
final class ImportStream implements StreamObserver<ImportUsersRequest> {
  /**
   * The rows of a page. Its messages, its results and what they leave to the garbage collector
   * delay other calls by some milliseconds; larger pages would delay them for longer, and are
   * hardly faster.
   */
  private static final int MAX_ROWS = 200;

  /** The size of a page of large rows. */
  private static final int MAX_BYTES = 512 * 1024;

  private final UserImports imports;
  private final RequestContext call;
  private final ServerCallStreamObserver<ImportUsersResponse> results;
  private final Map<ImportResult.Outcome, Long> outcomes =
      new EnumMap<>(ImportResult.Outcome.class);
  private final Queue<Row> waiting = new ArrayDeque<>();
  private ImportOptions options = ImportOptions.DEFAULT;
  private boolean hasBegun;
  private boolean isWriting;
  private boolean hasAllRows;
  private boolean hasEnded;
  private boolean isLogged;
  private long waitingBytes;
  private boolean hasToAsk;
  private long lastRow;

  /** The failure with which the call ends; null if there is none. */
  private Throwable failure;

  /** A row that has arrived, and its size. */
  private record Row(long number, com.ecommerce.user.v1.ImportedUser user, int bytes) {}

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
    results.setOnCancelHandler(stream::cancel);
    results.request(1);
    return stream;
  }

  @Override
  public void onNext(ImportUsersRequest message) {
    take(message);
    goOn();
  }

  private synchronized void take(ImportUsersRequest message) {
    if (hasEnded || failure != null) {
      return;
    }
    if (!message.hasOptions()) {
      lastRow++;
      var row = new Row(lastRow, message.getUser(), message.getSerializedSize());
      waiting.add(row);
      waitingBytes += row.bytes();
    } else if (hasBegun) {
      var violations = new Violations();
      violations.add("options", "NOT_FIRST", "not the first message (expected: before all rows)");
      fail(violations.toException());
    } else {
      var given = message.getOptions();
      options = new ImportOptions(given.getDryRun(), given.getSendMails());
    }
    hasBegun = true;
    hasToAsk = true;
  }

  /** The next thing to do for a thread, outside the lock, for which the event loop may wait. */
  private enum Step {
    WAIT,
    WRITE,
    COMPLETE,
    FAIL
  }

  /** Writes the rows that wait, unless others are being written, and asks for more. */
  private void goOn() {
    List<Row> page = new ArrayList<>();
    var step = nextStep(page);
    if (asksForMore()) {
      results.request(1);
    }
    logEnd();
    switch (step) {
      case WRITE -> write(page);
      case COMPLETE -> results.onCompleted();
      // The error interceptor turns it into a status.
      case FAIL -> results.onError(failure);
      case WAIT -> {}
    }
  }

  /** Only one thread at a time is told to send something, or to write what is answered later. */
  private synchronized Step nextStep(List<Row> page) {
    if (hasEnded || isWriting) {
      return Step.WAIT;
    }
    if (failure != null) {
      hasEnded = true;
      return Step.FAIL;
    }
    if (!results.isReady()) {
      return Step.WAIT;
    }
    if (waiting.isEmpty()) {
      hasEnded = hasAllRows;
      return hasAllRows ? Step.COMPLETE : Step.WAIT;
    }
    takePage(page);
    isWriting = true;
    return Step.WRITE;
  }

  private void takePage(List<Row> page) {
    int hashes = 0;
    while (!waiting.isEmpty() && page.size() < MAX_ROWS && hashes < ImportProtos.MAX_HASHES) {
      var row = waiting.remove();
      waitingBytes -= row.bytes();
      hashes += ImportProtos.needsHashing(row.user()) ? 1 : 0;
      page.add(row);
    }
  }

  private synchronized boolean asksForMore() {
    boolean isFull = waiting.size() >= MAX_ROWS || waitingBytes >= MAX_BYTES;
    boolean asks = hasToAsk && !isFull && !hasEnded;
    hasToAsk &= !asks;
    return asks;
  }

  private void write(List<Row> page) {
    var users =
        page.stream()
            .<Supplier<ImportedUser>>map(row -> () -> ImportProtos.user(row.user()))
            .toList();
    imports
        .importAsync(call, options, users)
        .thenAccept(
            imported -> {
              count(imported);
              answer(page, imported);
            })
        .whenComplete(
            (answered, failed) -> {
              finishPage(failed);
              goOn();
            });
  }

  private synchronized void count(List<ImportResult> imported) {
    imported.forEach(result -> outcomes.merge(result.outcome(), 1L, Long::sum));
  }

  private void answer(List<Row> page, List<ImportResult> imported) {
    for (int i = 0; i < page.size() && !results.isCancelled(); i++) {
      results.onNext(ImportProtos.result(page.get(i).number(), imported.get(i)));
    }
  }

  private synchronized void finishPage(Throwable failed) {
    isWriting = false;
    if (failed != null) {
      fail(failed);
    }
  }

  /** Ends the call as soon as the results of the rows that are being written were sent. */
  private synchronized void fail(Throwable cause) {
    failure = failure == null ? cause : failure;
    drop();
  }

  @Override
  public void onError(Throwable cancelled) {
    cancel();
  }

  @Override
  public void onCompleted() {
    synchronized (this) {
      hasAllRows = true;
    }
    goOn();
  }

  private void cancel() {
    synchronized (this) {
      hasEnded = true;
      drop();
    }
    logEnd();
  }

  /** Writes one line to the security log after the last page was written. */
  private void logEnd() {
    if (isOver()) {
      imports.logEnd(call, options, outcomes);
    }
  }

  private synchronized boolean isOver() {
    boolean isOver = hasEnded && !isWriting && !isLogged;
    isLogged |= isOver;
    return isOver;
  }

  private void drop() {
    waiting.clear();
    waitingBytes = 0;
  }
}
