package com.ecommerce.user.server.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.mail.MailException;
import com.ecommerce.user.core.value.UserId;
import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileMailTransportTest {
  @TempDir private Path parent;

  @Test
  void send_writesACompleteMail() throws Exception {
    Path directory = parent.resolve("data/mail");

    new FileMailTransport(directory).send(TestMails.to("someone@example.com"));

    MimeMessage read = read(onlyFile(directory));
    assertEquals(
        "Bestätigen Sie Ihre E-Mail-Adresse, bitte möglichst bald und auf jeden Fall noch heute",
        read.getSubject());
    assertEquals("Müllers Shop", ((InternetAddress) read.getFrom()[0]).getPersonal());
    assertEquals("no-reply@shop.example.com", ((InternetAddress) read.getFrom()[0]).getAddress());
    assertEquals("someone@example.com", read.getRecipients(Message.RecipientType.TO)[0].toString());
    assertEquals("<0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e@shop.example.com>", read.getMessageID());
    assertEquals(Date.from(Instant.parse("2026-06-15T12:00:00Z")), read.getSentDate());
    assertEquals("1.0", read.getHeader("MIME-Version", null));
    assertTrue(read.getContentType().startsWith("multipart/alternative"));
    assertEquals(TestMails.TEXT, TestMails.part(read, 0));
    assertEquals(TestMails.HTML, TestMails.part(read, 1));
  }

  @Test
  void file_isAsciiInShortLinesThatEndAsTheRfcSays() throws Exception {
    new FileMailTransport(parent).send(TestMails.to("someone@example.com"));

    byte[] bytes = Files.readAllBytes(onlyFile(parent));
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertTrue(text.chars().allMatch(c -> c < 128));
    assertFalse(text.replace("\r\n", "").matches("(?s).*[\r\n].*"));
    assertTrue(text.lines().allMatch(line -> line.length() <= 998));
  }

  @Test
  void file_belongsToItsOwnerAlone() throws Exception {
    new FileMailTransport(parent).send(TestMails.to("someone@example.com"));

    var permissions = Files.getPosixFilePermissions(onlyFile(parent));

    assertEquals("rw-------", PosixFilePermissions.toString(permissions));
  }

  @Test
  void directory_belongsToItsOwnerAlone() throws Exception {
    Path directory = parent.resolve("data/mail");
    new FileMailTransport(directory).send(TestMails.to("someone@example.com"));

    assertEquals(
        "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
  }

  @Test
  void forget_deletesTheMailsOfTheseUsers_andNoOthers() throws Exception {
    var transport = new FileMailTransport(parent);
    assertEquals(Set.of(), new FileMailTransport(parent.resolve("none")).keptFor());
    var gone = new UserId(UUID.fromString("0190b6e2-7b1c-7a52-9d3e-0000000000aa"));
    var there = new UserId(UUID.fromString("0190b6e2-7b1c-7a52-9d3e-0000000000bb"));
    for (var user : List.of(gone, there)) {
      for (int i = 0; i < 2; i++) {
        transport.send(TestMails.to("someone@example.com", user, UUID.randomUUID().toString()));
      }
    }
    Path ofBefore = parent.resolve("20260615T120000.000Z-" + gone + ".eml");
    Files.createFile(ofBefore);
    Files.createFile(parent.resolve("notes.txt"));

    assertEquals(Set.of(gone, there), transport.keptFor());
    assertEquals(2, transport.forget(Set.of(gone)));

    assertEquals(Set.of(there), transport.keptFor());
    assertTrue(Files.exists(ofBefore));
    assertTrue(Files.exists(parent.resolve("notes.txt")));
  }

  @Test
  void send_again_replacesTheFile() throws Exception {
    var transport = new FileMailTransport(parent);
    transport.send(TestMails.to("first@example.com"));
    transport.send(TestMails.to("second@example.com"));

    MimeMessage read = read(onlyFile(parent));

    assertEquals("second@example.com", read.getRecipients(Message.RecipientType.TO)[0].toString());
  }

  @Test
  void send_withoutADirectory_isTriedAgain() throws Exception {
    Path file = Files.createFile(parent.resolve("file"));

    var failure =
        assertThrows(
            MailException.class,
            () -> new FileMailTransport(file).send(TestMails.to("someone@example.com")));

    assertFalse(failure.isPermanent());
  }

  private static Path onlyFile(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      List<Path> all = files.toList();
      assertEquals(1, all.size());
      assertTrue(all.get(0).getFileName().toString().endsWith(".eml"));
      return all.get(0);
    }
  }

  private static MimeMessage read(Path file) throws Exception {
    try (InputStream in = Files.newInputStream(file)) {
      return new MimeMessage(Session.getInstance(new Properties()), in);
    }
  }
}
