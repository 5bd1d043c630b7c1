package com.ecommerce.user.server;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.rest.RestApi;
import com.ecommerce.user.rest.http.RequestListeners;
import com.ecommerce.user.rest.http.RestSettings;
import com.ecommerce.user.rest.http.RestTls;
import com.ecommerce.user.rest.page.PageSettings;
import com.ecommerce.user.rest.page.SentMails;
import com.ecommerce.user.server.config.BuildInfo;
import com.ecommerce.user.server.config.ServerSettings;
import com.ecommerce.user.server.config.Setting;
import com.ecommerce.user.server.config.StartupException;
import com.ecommerce.user.server.config.TlsSettings;
import com.ecommerce.user.server.mail.MailFiles;
import com.ecommerce.user.server.mail.MailTransports;
import com.ecommerce.user.server.tls.ClientCertificates;
import com.ecommerce.user.server.tls.ReloadingTls;
import com.ecommerce.user.server.tls.TlsCredentials;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The REST API on its port. */
final class RestEndpoint implements AutoCloseable {
  private final ListenAddress address;
  private final RestApi api;

  /**
   * @param tls empty for plaintext
   * @param workers run the handlers that may block; not closed by this object
   * @param random makes call ids; thread-safe
   * @param listeners observe the requests
   * @param pagesKey the secret in the paths of sent mails and of the page that creates an admin
   */
  RestEndpoint(
      int port,
      ServerSettings settings,
      Optional<ReloadingTls> tls,
      UserCore core,
      Workers workers,
      Clock clock,
      RandomGenerator random,
      RequestListeners listeners,
      String pagesKey) {
    var rest = settings.rest();
    address = ListenAddress.of(settings.listenAddress(), Setting.REST_PORT, port);
    api =
        new RestApi(
            core,
            new RestSettings(
                settings.listenAddress(),
                port,
                rest.publicBaseUrl(),
                rest.corsOrigins(),
                rest.unknownFields(),
                settings.access().trustedProxies(),
                tls.map(live -> tls(settings.tls())),
                settings.access().certifiedServices(),
                settings.connections().shutdownGrace(),
                BuildInfo.version()),
            pages(settings, pagesKey),
            workers,
            clock,
            random,
            listeners);
    tls.ifPresent(live -> live.use(material -> api.useTls(material.newServerContext())));
  }

  private static PageSettings pages(ServerSettings settings, String pagesKey) {
    var content = settings.mail().content();
    Optional<SentMails> mails =
        settings.mail().smtp().isPresent()
            ? Optional.empty()
            : Optional.of(
                new MailFiles(MailTransports.directory(settings.dataDirectory()), pagesKey));
    return new PageSettings(
        settings.rest().pages(),
        content.brand().orNamed(content.sender().name()),
        settings.rest().pageTemplates(),
        content.defaultLanguage(),
        mails,
        settings.hasConsole() ? Optional.of(new PageSettings.Console(pagesKey)) : Optional.empty());
  }

  private static RestTls tls(TlsSettings settings) {
    var clientCertificate = RestTls.ClientCertificate.NONE;
    if (settings.asksClients()) {
      clientCertificate =
          settings.clientCertificates() == ClientCertificates.REQUIRED
              ? RestTls.ClientCertificate.REQUIRED
              : RestTls.ClientCertificate.REQUESTED;
    }
    return new RestTls(TlsCredentials.PROTOCOLS, TlsCredentials.CIPHERS, clientCertificate);
  }

  /**
   * @throws StartupException when the port is in use or the address is not this machine's
   */
  void start() {
    try {
      api.start();
    } catch (IOException failed) {
      throw address.cannotListen(failed);
    }
  }

  int port() {
    return api.port();
  }

  /** Makes each response from now on close its connection, so that clients reconnect elsewhere. */
  void drain() {
    api.drain();
  }

  @Override
  public void close() {
    api.close();
  }
}
