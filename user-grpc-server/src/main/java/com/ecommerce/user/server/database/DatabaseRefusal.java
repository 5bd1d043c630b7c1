package com.ecommerce.user.server.database;

import com.ecommerce.user.server.config.DatabaseUrl;
import com.ecommerce.user.server.config.SettingReader;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.postgresql.PGProperty;
import org.postgresql.util.PSQLException;

/** Explains to the operator who set its URL why a database cannot be used. */
final class DatabaseRefusal {
  private static final String NO_CONNECTION_POSSIBLE = "08001";
  private static final String REJECTED = "08004";
  private static final String PROTOCOL_VIOLATION = "08P01";

  private DatabaseRefusal() {}

  /**
   * Returns the reason and, in parentheses, what is expected instead. Contains no secret.
   *
   * @param failed the failure of an attempt to connect, or of a first statement
   */
  static String reason(SQLException failed, DatabaseUrl url) {
    String state = failed.getSQLState() == null ? "" : failed.getSQLState();
    if (isAboutHostName(failed, url)) {
      return "TLS failed: the server's certificate is for another host (expected: the host in the URL, or"
          + " sslmode=verify-ca)";
    }
    if (isAboutTls(failed)) {
      return "TLS failed (expected: sslmode and sslrootcert that match the server's certificate)";
    }
    return switch (state) {
      case "28P01" ->
          "user or password refused (expected: a user and password that the database accepts)";
      case "28000" ->
          "user not admitted"
              + said(failed)
              + " (expected: a user, database and sslmode that pg_hba.conf admits)";
      case "3D000" -> "no such database (expected: one that exists)";
      case "42501" ->
          "not allowed"
              + said(failed)
              + " (expected: a user with the rights of the schema's owner)";
      case REJECTED -> rejection(failed, url);
      default -> byClass(state, failed, url);
    };
  }

  /**
   * Returns whether the same attempt may succeed later, without a change by the operator: nothing
   * listens or answers, the host is not known yet, or the server is starting, stopping or full.
   * Waiting does not help against a wrong user, password, database or parameter.
   *
   * @param failed the failure of an attempt to connect, or of a first statement
   */
  static boolean mayPass(SQLException failed, DatabaseUrl url) {
    if (isAboutHostName(failed, url)) {
      return false;
    }
    if (isAboutTls(failed)) {
      // A server that stops cuts off the handshake, too.
      return causes(failed)
          .anyMatch(cause -> cause instanceof EOFException || cause instanceof SocketException);
    }
    String state = failed.getSQLState() == null ? "" : failed.getSQLState();
    boolean isAboutTheConnection = state.isEmpty() || state.startsWith("08");
    boolean isAnswerOfTheDriver =
        serverMessage(failed).isEmpty()
            && (state.equals(REJECTED) || state.equals(PROTOCOL_VIOLATION));
    return state.startsWith("53")
        || state.startsWith("57P")
        || (isAboutTheConnection && !isAnswerOfTheDriver);
  }

  private static String byClass(String state, SQLException failed, DatabaseUrl url) {
    if (state.startsWith("53")) {
      return "no room for another connection"
          + said(failed)
          + " (expected: enough max_connections and memory for all instances)";
    }
    if (state.startsWith("57P")) {
      return "starting or stopping"
          + said(failed)
          + " (expected: a PostgreSQL that accepts connections)";
    }
    if (serverMessage(failed).isPresent()) {
      return "refused"
          + said(failed)
          + " (expected: a PostgreSQL that accepts what the URL requests)";
    }
    if (state.equals(PROTOCOL_VIOLATION)) {
      return "the answer is not PostgreSQL's (expected: the host and port of a PostgreSQL server)";
    }
    var serverType = url.parameter(PGProperty.TARGET_SERVER_TYPE);
    if (state.equals(NO_CONNECTION_POSSIBLE) && serverType.isPresent() && !isInputOutput(failed)) {
      return "no server that is "
          + serverType.get()
          + " answers (expected: a host that matches target_session_attrs)";
    }
    boolean isAboutParameters = !state.isEmpty() && !state.startsWith("08");
    return isAboutParameters
        ? "a parameter of the URL is invalid"
            + said(failed)
            + " (expected: those of the JDBC driver)"
        : "unreachable"
            + causes(failed)
                .map(DatabaseRefusal::symptom)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse("")
            + " (expected: a running PostgreSQL that answers in time)";
  }

  /** Returns a colon and the failure of the network, in words that do not depend on the locale. */
  private static Optional<String> symptom(Throwable cause) {
    if (cause instanceof UnknownHostException) {
      return Optional.of(": the host is unknown");
    }
    if (cause instanceof SocketTimeoutException) {
      return Optional.of(": no answer");
    }
    if (cause instanceof ConnectException) {
      return Optional.of(": connection refused");
    }
    return cause instanceof EOFException
        ? Optional.of(": the connection was closed without an answer")
        : Optional.empty();
  }

  /**
   * Returns why the driver rejected the server's answer to its TLS request, or the server's way of
   * authentication.
   */
  private static String rejection(SQLException failed, DatabaseUrl url) {
    // The driver translates the message, but this word is the same in every language.
    if (String.valueOf(failed.getMessage()).contains("SSL")) {
      return "the server has no TLS (expected: a server with TLS, or another sslmode)";
    }
    return url.password().isEmpty()
        ? "no password given, and the server asks for one (expected: postgresql://user:pass@host:port/db)"
        : "rejected"
            + said(failed)
            + " (expected: an authentication method that both sides support)";
  }

  /** Returns whether the driver's own check of the host name failed; that failure has no cause. */
  private static boolean isAboutHostName(SQLException failed, DatabaseUrl url) {
    return url.parameter(PGProperty.SSL_MODE).filter("verify-full"::equalsIgnoreCase).isPresent()
        && "08006".equals(failed.getSQLState())
        && failed.getCause() == null
        && serverMessage(failed).isEmpty();
  }

  private static boolean isAboutTls(SQLException failed) {
    return serverMessage(failed).isEmpty()
        && causes(failed)
            .anyMatch(
                cause ->
                    cause instanceof SSLException
                        || cause instanceof GeneralSecurityException
                        || cause instanceof FileNotFoundException
                        || cause instanceof NoSuchFileException);
  }

  private static boolean isInputOutput(SQLException failed) {
    return causes(failed).anyMatch(java.io.IOException.class::isInstance);
  }

  private static Stream<Throwable> causes(Throwable failed) {
    return Stream.iterate(failed, cause -> cause != null, Throwable::getCause);
  }

  private static Optional<String> serverMessage(SQLException failed) {
    return failed instanceof PSQLException known && known.getServerErrorMessage() != null
        ? Optional.ofNullable(known.getServerErrorMessage().getMessage())
        : Optional.empty();
  }

  /** Returns a colon and the first line of the message of the server or the driver. */
  private static String said(SQLException failed) {
    return serverMessage(failed)
        .or(() -> Optional.ofNullable(failed.getMessage()))
        .flatMap(message -> message.lines().findFirst())
        .map(line -> ": " + SettingReader.printable(line))
        .orElse("");
  }
}
