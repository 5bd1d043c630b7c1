package com.ecommerce.user.server;

import com.ecommerce.user.core.mail.MailObserver;
import com.ecommerce.user.rest.http.RequestObserver;
import com.ecommerce.user.server.config.BuildInfo;
import com.ecommerce.user.server.config.DatabaseUrl;
import com.ecommerce.user.server.config.ServerSettings;
import com.ecommerce.user.server.config.StartupException;
import com.ecommerce.user.server.database.EmbeddedDatabase;
import com.ecommerce.user.server.tracing.Tracing;
import io.grpc.ServerInterceptor;
import java.util.Optional;

/**
 * The observers that make traces of gRPC calls, REST requests and mails; either all of them or
 * none. If there are none, no class of the tracing library is loaded.
 */
record Observers(
    Optional<ServerInterceptor> calls,
    Optional<RequestObserver> requests,
    Optional<MailObserver> mails) {
  private static final Observers NONE =
      new Observers(Optional.empty(), Optional.empty(), Optional.empty());

  /**
   * @param opened receives the tracing, which sends the last traces when it is closed
   * @throws StartupException when the tracing library does not accept a variable
   */
  static Observers open(ServerSettings settings, CloseStack opened) {
    return settings.tracing().isOn() ? traced(settings, opened) : NONE;
  }

  private static Observers traced(ServerSettings settings, CloseStack opened) {
    String database =
        settings.databaseUrl().map(DatabaseUrl::database).orElse(EmbeddedDatabase.NAME);
    try {
      var tracing =
          opened.add(new Tracing(settings.tracing().variables(), BuildInfo.version(), database));
      return new Observers(
          Optional.of(tracing.interceptor()),
          Optional.of(tracing.requests()),
          Optional.of(tracing.mails()));
    } catch (IllegalArgumentException bad) {
      throw new StartupException(bad.getMessage(), bad);
    }
  }
}
