package com.ecommerce.user.core.internal.mail;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.mail.MailStatistics;
import com.ecommerce.user.core.mail.MailTransport;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.zaxxer.hikari.HikariDataSource;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The base of tests of a worker that sends mails when the test decides, over a transport that
 * records them.
 */
@ExtendWith(PostgresExtension.class)
abstract class OutboxWorkerTesting {
  static final RequestContext CALL = RequestContext.by(new Actor("tester"));

  final RecordingTransport transport = new RecordingTransport();
  TestDatabase database;
  TestCore testCore;
  MutableClock clock;
  OutboxWorker worker;
  private HikariDataSource pool;

  @BeforeEach
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    database.execute("truncate users cascade");
    database.execute("truncate mail_outbox, window_limits");
    testCore = TestCore.on(database);
    clock = testCore.clock();
    pool = database.pool(5);
    worker = worker(transport);
  }

  @AfterEach
  void stop() {
    pool.close();
    testCore.close();
  }

  User create(String email) {
    return testCore.core().users().create(CALL, TestUsers.aUser(email));
  }

  void changePassword(User user) {
    var current = Password.parse(TestUsers.PASSWORD);
    var next = Password.parse("a brand new passphrase");
    testCore.core().passwords().change(CALL, user.id(), current, next);
  }

  MailStatistics statistics() {
    return testCore.core().mailStatistics(CALL);
  }

  OutboxWorker worker(MailTransport to) {
    return worker(to, builder -> builder);
  }

  OutboxWorker worker(MailTransport to, UnaryOperator<UserCore.Builder> choices) {
    return choices
        .apply(UserCore.builder(pool).clock(clock).mailTransport(to))
        .build()
        .mailDelivery()
        .map(OutboxWorker.class::cast)
        .orElseThrow();
  }
}
