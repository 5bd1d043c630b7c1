package com.ecommerce.user.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.mail.util.StreamProvider;
import org.junit.jupiter.api.Test;

class MailLibraryTest {
  @Test
  void streamsThatMainNames_areThoseThatTheLibraryFinds() {
    assertEquals(StreamProvider.provider().getClass().getName(), Program.MAIL_STREAMS);
  }
}
