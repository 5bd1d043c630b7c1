package com.ecommerce.user.core.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.mail.MailKind;
import com.ecommerce.user.core.mail.MailObserver;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the notifications of an observer about the calls of a core on a real database. */
@ExtendWith(PostgresExtension.class)
class WorkObserverTest {
  private static final TraceParent TRACE_PARENT =
      new TraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

  private final Recorder heard = new Recorder();
  private final List<MailObserver.Attempt> attempts = new CopyOnWriteArrayList<>();
  private final Recorder heardOfMails = new Recorder();
  private TestCore test;

  /** Records the notifications. */
  private static final class Recorder implements WorkObserver {
    private final List<Statement> statements = new CopyOnWriteArrayList<>();
    private final List<String> works = new CopyOnWriteArrayList<>();

    @Override
    public void onStatement(Statement statement) {
      statements.add(statement);
    }

    @Override
    public Work begin(String name) {
      works.add(name);
      return () -> works.add("end of " + name);
    }

    @Override
    public Optional<TraceParent> traceParent() {
      return Optional.of(TRACE_PARENT);
    }

    @Override
    public WorkObserver together(List<WorkObserver> others) {
      return this;
    }

    List<String> sources() {
      return statements.stream().map(statement -> statement.source().orElse("")).toList();
    }
  }

  @BeforeEach
  void start(TestDatabase database) {
    test =
        TestCore.on(
            database,
            builder -> builder.mailTransport(mail -> {}).mailObserver(this::beginAttempt));
  }

  @AfterEach
  void close() {
    test.close();
  }

  private MailObserver.Observation beginAttempt(MailObserver.Attempt attempt) {
    attempts.add(attempt);
    return new MailObserver.Observation() {
      @Override
      public WorkObserver work() {
        return heardOfMails;
      }

      @Override
      public void failed(Exception failure) {
        heardOfMails.works.add("failed");
      }

      @Override
      public void close() {
        heardOfMails.works.add("end");
      }
    };
  }

  private void create(String email) {
    test.core().users().create(call(), TestUsers.aUser(email));
  }

  private RequestContext call() {
    return RequestContext.system().observedBy(heard);
  }

  @Test
  void create_tellsOfItsHashAndItsStatementsWithoutValues() {
    create("observed@example.com");

    assertEquals(List.of("hash password", "end of hash password"), heard.works);
    var sources = new ArrayList<>(heard.sources());
    // The first creation of an instance also reads keys that all instances share.
    sources.removeIf("ServiceKeys.load"::equals);
    assertEquals(List.of("UserCreations.create"), sources);
    for (var statement : heard.statements) {
      assertFalse(statement.sql().contains("observed@"), statement.sql());
      assertFalse(statement.end().isBefore(statement.start()));
      assertEquals(Optional.empty(), statement.failure());
    }
  }

  @Test
  void failedStatement_isToldWithItsState() {
    create("taken@example.com");

    assertThrows(UserServiceException.class, () -> create("taken@example.com"));

    assertTrue(
        heard.statements.stream()
            .anyMatch(statement -> statement.failure().equals(Optional.of("23505"))));
  }

  @Test
  void readThatIsGathered_isToldFromTheReadersThread() {
    var nobody = Email.parse("nobody@example.com");

    var answer = test.core().users().getByEmailAsync(call(), nobody).toCompletableFuture();
    assertThrows(CompletionException.class, answer::join);

    assertEquals(List.of("UserDao.findAllByEmail"), heard.sources());
  }

  @Test
  void mail_isToldWithWhereItWasQueued() {
    create("mailed@example.com");

    test.core().mailDelivery().orElseThrow().sendDue();

    var attempt = attempts.get(attempts.size() - 1);
    assertEquals(MailKind.VERIFY_EMAIL, attempt.kind());
    assertEquals(1, attempt.number());
    assertEquals(Optional.of(TRACE_PARENT), attempt.cause());
    assertEquals(List.of("TokenDao.insertDigest", "MailDao.finish"), heardOfMails.sources());
    assertTrue(heardOfMails.works.containsAll(List.of("send mail", "end of send mail", "end")));
    assertFalse(heardOfMails.works.contains("failed"));
  }

  @Test
  void traceParent_isOfTheFormOrNone() {
    assertEquals("4bf92f3577b34da6a3ce929d0e0e4736", TRACE_PARENT.traceId());
    assertEquals("00f067aa0ba902b7", TRACE_PARENT.spanId());
    assertEquals(Optional.of(TRACE_PARENT), TraceParent.parse(TRACE_PARENT.text()));
    assertEquals(Optional.empty(), TraceParent.parse("00-ada@example.com"));
    assertEquals(Optional.empty(), TraceParent.parse(null));
    assertThrows(IllegalArgumentException.class, () -> new TraceParent(""));
  }
}
