package com.ecommerce.user.core.internal.mail;

import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.mail.MailException;
import com.ecommerce.user.core.mail.MailTransport;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A transport that records mails, and fails when the test decides. */
final class RecordingTransport implements MailTransport {
  final List<Mail> sent = new CopyOnWriteArrayList<>();
  private volatile MailException failure;

  void failWith(MailException exception) {
    failure = exception;
  }

  void recover() {
    failure = null;
  }

  @Override
  public void send(Mail mail) throws MailException {
    if (failure != null) {
      throw failure;
    }
    sent.add(mail);
  }

  List<Mail> sentTo(String address) {
    return sent.stream().filter(mail -> mail.recipient().address().equals(address)).toList();
  }
}
