package com.ecommerce.user.bench.server;

import com.ecommerce.user.server.log.LogFormat;
import com.ecommerce.user.server.log.LogLevel;
import com.ecommerce.user.server.log.LogSetup;
import io.javalin.Javalin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The limit {@code javalin}: a handler that answers every request with the same bytes. */
public final class BareRestServer {
  private BareRestServer() {}

  /** Takes the name of the file with the answer. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    LogSetup.apply(LogLevel.INFO, LogFormat.TEXT);
    byte[] answer = Files.readAllBytes(Path.of(arguments[0]));
    var javalin =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  config.jetty.host = "127.0.0.1";
                  config.jetty.port = 0;
                  config.routes.get(
                      "/api/users/{user_id}",
                      context -> context.contentType("application/json").result(answer));
                })
            .start();
    System.out.println("listening on port " + javalin.port());
    Thread.currentThread().join();
  }
}
