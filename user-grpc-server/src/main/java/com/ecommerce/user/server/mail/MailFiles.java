package com.ecommerce.user.server.mail;

import com.ecommerce.user.rest.page.SentMails;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the mails that {@link FileMailTransport} keeps. Thread-safe. */
public final class MailFiles implements SentMails {
  private static final Logger log = LoggerFactory.getLogger(MailFiles.class);
  private static final String EXTENSION = ".eml";

  /** The names of the transport's files without the extension; none leads to another directory. */
  private static final Pattern ID = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.-]{0,199}");

  private final Path directory;
  private final String key;
  private final Session session = Session.getInstance(new Properties());

  /**
   * @param directory need not exist yet
   */
  public MailFiles(Path directory, String key) {
    this.directory = directory;
    this.key = key;
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public List<SentMail> newest(int limit) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (var files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(EXTENSION))
          // The names begin with the time.
          .sorted(Comparator.reverseOrder())
          .limit(limit)
          .map(name -> name.substring(0, name.length() - EXTENSION.length()))
          .map(this::find)
          .flatMap(Optional::stream)
          .toList();
    } catch (IOException failed) {
      throw new UncheckedIOException("the mails cannot be listed", failed);
    }
  }

  @Override
  public Optional<SentMail> find(String id) {
    if (!ID.matcher(id).matches()) {
      return Optional.empty();
    }
    try (var file = Files.newInputStream(directory.resolve(id + EXTENSION))) {
      return read(id, new MimeMessage(session, file));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    } catch (IOException failed) {
      throw new UncheckedIOException("a mail cannot be read", failed);
    } catch (MessagingException malformed) {
      log.debug("The file of mail {} is not a mail", id, malformed);
      return Optional.empty();
    }
  }

  /** Returns nothing for a mail that the transport did not write. */
  private static Optional<SentMail> read(String id, MimeMessage mail)
      throws IOException, MessagingException {
    var recipients = mail.getRecipients(Message.RecipientType.TO);
    if (recipients == null
        || mail.getSentDate() == null
        || !(mail.getContent() instanceof MimeMultipart parts)
        || parts.getCount() != 2) {
      return Optional.empty();
    }
    return Optional.of(
        new SentMail(
            id,
            mail.getSentDate().toInstant(),
            recipients[0].toString(),
            mail.getSubject(),
            parts.getBodyPart(0).getContent().toString(),
            parts.getBodyPart(1).getContent().toString()));
  }
}
