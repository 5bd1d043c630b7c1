package com.ecommerce.user.server.mail;

import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.mail.MailException;
import com.ecommerce.user.core.mail.MailTransport;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.server.file.OwnFiles;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes each mail to an {@code .eml} file, which mail programs can open. Files are written
 * atomically and durably, and only their owner can read them, since they may contain a secret. A
 * mail that is sent again replaces its file. Thread-safe.
 */
public final class FileMailTransport implements MailTransport {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final Pattern NAME =
      Pattern.compile(
          "\\d{8}T[0-9.]+Z-[0-9A-Za-z-]*-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\\.eml");

  private final Path directory;
  private final Session session = Session.getInstance(new Properties());

  /**
   * @param directory the directory, which is created with the first mail if it does not exist
   */
  public FileMailTransport(Path directory) {
    this.directory = directory;
  }

  @Override
  public void send(Mail mail) throws MailException {
    try {
      var message = new MimeMail(session, mail);
      OwnFiles.createPrivateDirectories(directory.toAbsolutePath().getParent());
      OwnFiles.createPrivateDirectories(directory);
      // Temporary files are private to their owner from the start.
      Path unfinished = Files.createTempFile(directory, ".mail-", ".tmp");
      try {
        write(message, unfinished);
        Files.move(
            unfinished,
            directory.resolve(name(mail)),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(unfinished);
      }
      syncDirectory();
    } catch (IOException failed) {
      throw MailException.serverUnavailable("the mail directory cannot be written to", failed);
    } catch (MessagingException failed) {
      throw MailException.transientFailure("the mail could not be encoded", failed);
    }
  }

  private static void write(MimeMail message, Path file) throws IOException, MessagingException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE);
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel))) {
      message.writeTo(out);
      out.flush();
      channel.force(true);
    }
  }

  /**
   * Writes the directory to the disk, so that the file's name also survives a loss of power. Only
   * POSIX systems can open a directory.
   */
  private void syncDirectory() throws IOException {
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /**
   * Returns the file name of a mail, which sorts by time, is the same for each copy, and ends with
   * the user's id.
   */
  private static String name(Mail mail) {
    String id = mail.messageId().replaceAll("@.*", "").replaceAll("[^A-Za-z0-9-]", "");
    return TIME.format(mail.date()) + "-" + id + "-" + mail.user() + ".eml";
  }

  /**
   * Returns the user of a mail file. Files of releases that did not write the user's id have none.
   */
  private static Optional<UserId> userOf(Path file) {
    Matcher name = NAME.matcher(file.getFileName().toString());
    return name.matches()
        ? Optional.of(new UserId(UUID.fromString(name.group(1))))
        : Optional.empty();
  }

  @Override
  public Set<UserId> keptFor() {
    Set<UserId> users = new HashSet<>();
    forEachFile(file -> userOf(file).ifPresent(users::add));
    return users;
  }

  @Override
  public int forget(Set<UserId> users) {
    List<Path> theirs = new ArrayList<>();
    forEachFile(file -> userOf(file).filter(users::contains).ifPresent(user -> theirs.add(file)));
    try {
      for (Path file : theirs) {
        Files.deleteIfExists(file);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return theirs.size();
  }

  private void forEachFile(Consumer<Path> action) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (var files = Files.newDirectoryStream(directory, "*.eml")) {
      files.forEach(action);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (DirectoryIteratorException failed) {
      throw new UncheckedIOException(failed.getCause());
    }
  }
}
