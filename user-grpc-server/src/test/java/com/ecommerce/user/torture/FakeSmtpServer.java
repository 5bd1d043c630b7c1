package com.ecommerce.user.torture;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * An SMTP server whose behavior can be changed, and that passes on the mails that it accepts. Each
 * connection has a thread. Thread-safe.
 */
final class FakeSmtpServer implements AutoCloseable {
  private static final Pattern MESSAGE_ID =
      Pattern.compile("^Message-ID:\\s*(\\S+)", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
  private static final Pattern LINK = Pattern.compile("/([a-z-]+)\\?token=([A-Za-z0-9_-]{20,})");
  private static final long SLOW_MILLIS = 1_500;
  private static final int BACKLOG = 50;

  /** The ways in which the server treats its clients. */
  enum Behavior {
    /** Accepts every mail at once. */
    ACCEPT,
    /** Accepts every mail, with a pause before each answer. */
    SLOW,
    /** Refuses connections with 421. */
    REFUSE_CONNECTIONS,
    /** Closes connections before it sends anything. */
    CLOSE_AT_ONCE,
    /** Answers nothing, and keeps the connection open. */
    HANG,
    /** Closes the connection in the middle of a mail. */
    CLOSE_IN_MAIL,
    /**
     * Accepts a mail and closes the connection without an answer, so that the client does not know
     * the result.
     */
    CLOSE_AFTER_MAIL,
    /** Defers each recipient with 450. */
    DEFER_RECIPIENTS,
    /** Refuses each mail with 554 after it was sent. */
    REFUSE_MAILS,
    /** Answers bytes that are not SMTP. */
    TALK_NONSENSE
  }

  /**
   * A mail that the server took.
   *
   * @param links the tokens of the links in it, by the last segment of their paths
   * @param isAcknowledged whether the client got an answer
   */
  record Delivery(
      String messageId,
      String recipient,
      Map<String, String> links,
      boolean isAcknowledged,
      long nanoTime) {}

  private final int port;
  private final Consumer<Delivery> deliveries;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final Tally commands = new Tally();
  private volatile Behavior behavior = Behavior.ACCEPT;
  private ServerSocket listener;

  /** Listens on a free port of the loopback interface. */
  FakeSmtpServer(Consumer<Delivery> deliveries) throws IOException {
    this.deliveries = deliveries;
    listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    port = listener.getLocalPort();
    serve(listener);
  }

  /** The value of SMTP_URL. */
  String url() {
    return "smtp://127.0.0.1:" + port;
  }

  /** Changes the behavior for new connections, and closes those that hang. */
  void behave(Behavior wanted) throws IOException {
    boolean wasHanging = behavior == Behavior.HANG;
    behavior = wanted;
    if (wasHanging) {
      closeConnections();
    }
  }

  /** Counts connections and refused recipients. */
  Tally commands() {
    return commands;
  }

  /** Closes the port and all connections. */
  synchronized void goAway() throws IOException {
    listener.close();
    closeConnections();
  }

  private void closeConnections() throws IOException {
    for (Socket connection : connections) {
      connection.close();
    }
  }

  /** Listens on the same port again. */
  synchronized void comeBack() throws IOException {
    listener = new ServerSocket();
    listener.setReuseAddress(true);
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    serve(listener);
  }

  private void serve(ServerSocket open) {
    daemon(
        "fake-smtp",
        () -> {
          while (!open.isClosed()) {
            try {
              Socket connection = open.accept();
              connections.add(connection);
              commands.add("connections");
              daemon("fake-smtp-connection", () -> converse(connection));
            } catch (SocketException closed) {
              return;
            } catch (IOException failed) {
              commands.add("failed accepts");
            }
          }
        });
  }

  private static void daemon(String name, Runnable work) {
    var thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void converse(Socket connection) {
    try (connection) {
      if (behavior == Behavior.HANG) {
        connection.getInputStream().readAllBytes();
      } else if (behavior != Behavior.CLOSE_AT_ONCE) {
        new Conversation(connection).hold();
      }
    } catch (IOException hungUp) {
      commands.add("broken connections");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      connections.remove(connection);
    }
  }

  /** The commands of one connection. */
  private final class Conversation {
    private final BufferedReader in;
    private final OutputStream out;
    private String recipient = "";

    Conversation(Socket connection) throws IOException {
      in =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
      out = connection.getOutputStream();
    }

    void hold() throws IOException, InterruptedException {
      if (behavior == Behavior.REFUSE_CONNECTIONS) {
        say("421 4.3.2 closing");
        return;
      }
      if (behavior == Behavior.TALK_NONSENSE) {
        say("\u0000HTTP/1.1 200 OK");
        return;
      }
      say("220 localhost ready");
      boolean isOpen = true;
      while (isOpen) {
        String line = in.readLine();
        isOpen = line != null && answer(line);
      }
    }

    /** Returns whether the connection goes on. */
    private boolean answer(String line) throws IOException, InterruptedException {
      String command = line.toUpperCase(Locale.ROOT);
      if (command.startsWith("QUIT")) {
        say("221 bye");
        return false;
      }
      if (command.startsWith("RCPT")) {
        recipient = line.replaceFirst(".*<(.*)>.*", "$1");
        answerRecipient();
        return true;
      }
      if (command.startsWith("DATA")) {
        say("354 go on");
        return takeMail();
      }
      say("250 OK");
      return true;
    }

    /**
     * Answers a recipient. A local part that begins with a reply code selects that reply,
     * regardless of the behavior.
     */
    private void answerRecipient() throws IOException, InterruptedException {
      if (recipient.startsWith("refused")) {
        commands.add("refused recipients");
        say("550 5.1.1 no such user");
      } else if (behavior == Behavior.DEFER_RECIPIENTS) {
        commands.add("deferred recipients");
        say("450 4.2.1 later");
      } else {
        say("250 OK");
      }
    }

    private boolean takeMail() throws IOException, InterruptedException {
      if (behavior == Behavior.CLOSE_IN_MAIL) {
        in.readLine();
        return false;
      }
      var text = new StringBuilder();
      String line = in.readLine();
      while (line != null && !line.equals(".")) {
        text.append(line).append('\n');
        line = in.readLine();
      }
      if (line == null) {
        return false;
      }
      if (behavior == Behavior.REFUSE_MAILS) {
        say("554 5.6.0 refused");
        return true;
      }
      boolean isAcknowledged = behavior != Behavior.CLOSE_AFTER_MAIL;
      deliveries.accept(delivery(text.toString(), isAcknowledged));
      if (isAcknowledged) {
        say("250 taken");
      }
      return isAcknowledged;
    }

    private Delivery delivery(String mail, boolean isAcknowledged) {
      String text = isQuotedPrintable(mail) ? decoded(mail) : mail;
      var id = MESSAGE_ID.matcher(text);
      Map<String, String> links = new LinkedHashMap<>();
      LINK.matcher(text).results().forEach(link -> links.put(link.group(1), link.group(2)));
      return new Delivery(
          id.find() ? id.group(1) : "", recipient, links, isAcknowledged, System.nanoTime());
    }

    /**
     * Returns whether the mail is encoded. Other mails may have a token that looks like an encoded
     * character.
     */
    private static boolean isQuotedPrintable(String mail) {
      return mail.contains("quoted-printable");
    }

    /** Joins lines that were broken, and decodes the equals sign. */
    private static String decoded(String mail) {
      return mail.replace("=\n", "").replace("=3D", "=");
    }

    private void say(String answer) throws IOException, InterruptedException {
      if (behavior == Behavior.SLOW) {
        TimeUnit.MILLISECONDS.sleep(SLOW_MILLIS);
      }
      out.write((answer + "\r\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }

  @Override
  public void close() throws IOException {
    goAway();
  }
}
