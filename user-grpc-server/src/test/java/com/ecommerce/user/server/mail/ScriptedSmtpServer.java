package com.ecommerce.user.server.mail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * An SMTP server with features that GreenMail lacks: STARTTLS, and refusing recipients. It records
 * the commands of each connection; those over TLS have the prefix {@code TLS}.
 */
final class ScriptedSmtpServer implements AutoCloseable {
  private final ServerSocket listener;
  private final Optional<SSLContext> startTls;
  private final String answerToRecipient;
  private final List<String> commands = new CopyOnWriteArrayList<>();

  /**
   * @param startTls the TLS context; if empty, STARTTLS is not offered
   */
  ScriptedSmtpServer(Optional<SSLContext> startTls, String answerToRecipient) throws IOException {
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.startTls = startTls;
    this.answerToRecipient = answerToRecipient;
    var thread = new Thread(this::serve, "scripted-smtp");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return listener.getLocalPort();
  }

  List<String> commands() {
    return commands;
  }

  private void serve() {
    while (!listener.isClosed()) {
      try (Socket socket = listener.accept()) {
        say(socket, "220 localhost ready");
        converse(socket, "");
      } catch (IOException hungUp) {
        commands.add("HUNG UP");
      }
    }
  }

  private void converse(Socket socket, String prefix) throws IOException {
    var in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    boolean offersTls = startTls.isPresent() && prefix.isEmpty();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String verb = line.split(" ")[0];
      commands.add(prefix + verb);
      switch (verb) {
        case "EHLO" ->
            say(
                socket,
                offersTls ? "250-localhost\r\n250 STARTTLS" : "250-localhost\r\n250 AUTH PLAIN");
        case "STARTTLS" -> {
          say(socket, "220 go ahead");
          converse(secured(socket), "TLS ");
          return;
        }
        case "AUTH" -> say(socket, "235 welcome");
        case "RCPT" -> say(socket, answerToRecipient);
        case "DATA" -> {
          say(socket, "354 go ahead");
          skipData(in);
          say(socket, "250 taken over");
        }
        case "QUIT" -> {
          return;
        }
        default -> say(socket, "250 fine");
      }
    }
  }

  private static void skipData(BufferedReader in) throws IOException {
    String line = in.readLine();
    while (line != null && !line.equals(".")) {
      line = in.readLine();
    }
  }

  private SSLSocket secured(Socket socket) throws IOException {
    var factory = startTls.orElseThrow().getSocketFactory();
    var secured = (SSLSocket) factory.createSocket(socket, null, socket.getPort(), true);
    secured.setUseClientMode(false);
    return secured;
  }

  private static void say(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
