package com.ecommerce.user.server.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.mail.MailException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailFilesTest {
  @TempDir private Path directory;

  @Test
  void mails_areReadAsTheyWereSent() throws MailException {
    Mail mail = TestMails.to("ada@example.com");
    new FileMailTransport(directory).send(mail);

    var files = new MailFiles(directory, "key");
    var read = files.newest(10).get(0);

    assertEquals(mail.subject(), read.subject());
    assertEquals(mail.text(), read.text().replace("\r\n", "\n"));
    assertEquals(mail.html(), read.html().replace("\r\n", "\n"));
    assertEquals("ada@example.com", read.recipient());
    assertEquals(read.subject(), files.find(read.id()).orElseThrow().subject());
    assertFalse(read.toString().contains("ada"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "To: ada@example.com\n\nhello", "To: ,;<\n\n", "\0"})
  void filesOfOthers_areLeftOut(String content) throws Exception {
    new FileMailTransport(directory).send(TestMails.to("ada@example.com"));
    Files.writeString(directory.resolve("draft.eml"), content);

    var files = new MailFiles(directory, "key");

    assertEquals(1, files.newest(10).size());
    assertTrue(files.find("draft").isEmpty());
  }

  @Test
  void nothingElse_isFound() throws IOException {
    var absent = new MailFiles(directory.resolve("mail"), "key");
    assertEquals(List.of(), absent.newest(10));
    Files.writeString(directory.resolve("secret.eml"), "x");
    Files.createDirectory(directory.resolve("mail"));

    for (String id :
        new String[] {"", "..", "../secret", "%2e%2e/secret", "nothing", "x".repeat(300)}) {
      assertTrue(absent.find(id).isEmpty(), id);
    }
  }
}
