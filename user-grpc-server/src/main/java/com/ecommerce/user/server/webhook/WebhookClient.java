package com.ecommerce.user.server.webhook;

import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import com.ecommerce.user.core.webhook.WebhookAnswer;
import com.ecommerce.user.core.webhook.WebhookException;
import com.ecommerce.user.core.webhook.WebhookMessage;
import com.ecommerce.user.server.config.BuildInfo;
import com.ecommerce.user.server.webhook.AddressRules.RefusedAddressException;
import com.ecommerce.user.server.webhook.HostLookups.LookupTimeoutException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.Closer;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * A client of Apache HttpClient that trusts no endpoint. It connects only to addresses that {@link
 * AddressRules} has just returned, also for hosts that are addresses, so a name that changes its
 * address between a check and its use gains nothing (DNS rebinding). It follows no redirect, keeps
 * no cookies, uses no proxy and does not decompress. An answer is bounded in time, in the size of
 * its header, and in the part of its body that is read. The time includes the lookup of the host.
 *
 * <p>There is a client for each scheme, since the addresses that may be used depend on it.
 * Thread-safe.
 */
final class WebhookClient implements AutoCloseable {
  private static final int MAX_BODY_BYTES = 4 * 1024;
  private static final int MAX_HEADERS = 100;
  private static final int MAX_LINE_BYTES = 8 * 1024;

  /** One for each thread that sends, also if all endpoints have the same host. */
  private static final int MAX_CONNECTIONS = 200;

  /**
   * Several for each endpoint, in case endpoints get other hosts while lookups of the old ones
   * hang.
   */
  private static final int MAX_LOOKUPS = 200;

  /** Idle connections are closed early, since endpoints close them, too. */
  private static final TimeValue KEEP_ALIVE = TimeValue.ofSeconds(20);

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(1);

  private final AddressRules rules;
  private final Duration timeout;
  private final CloseableHttpClient secure;
  private final CloseableHttpClient plaintext;
  private final ScheduledThreadPoolExecutor timer = DaemonThreads.timer("webhook-timeout");
  private final ExecutorService lookups =
      DaemonThreads.poolWithoutQueue("webhook-lookup", MAX_LOOKUPS);

  /** The message that the current thread is sending. */
  private final ThreadLocal<Sending> sending = new ThreadLocal<>();

  private final Set<Sending> allSending = ConcurrentHashMap.newKeySet();

  WebhookClient(AddressRules rules, Duration timeout, Optional<SSLContext> trusting) {
    this.rules = rules;
    this.timeout = timeout;
    timer.setRemoveOnCancelPolicy(true);
    secure = client(false, trusting);
    plaintext = client(true, Optional.empty());
  }

  private CloseableHttpClient client(boolean isPlaintext, Optional<SSLContext> trusting) {
    var limit = Timeout.of(timeout);
    var header =
        Http1Config.custom().setMaxHeaderCount(MAX_HEADERS).setMaxLineLength(MAX_LINE_BYTES);
    var connections =
        new ConnectionsWithTimeLimit()
            .setDnsResolver(new CheckedHosts(isPlaintext))
            .setConnectionFactory(
                ManagedHttpClientConnectionFactory.builder().http1Config(header.build()).build())
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(limit)
                    .setSocketTimeout(limit)
                    .setIdleTimeout(KEEP_ALIVE.toTimeout())
                    .build())
            .setMaxConnTotal(MAX_CONNECTIONS)
            .setMaxConnPerRoute(MAX_CONNECTIONS);
    trusting.map(DefaultClientTlsStrategy::new).ifPresent(connections::setTlsSocketStrategy);
    return HttpClients.custom()
        .setConnectionManager(connections.build())
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setConnectionRequestTimeout(limit)
                .setResponseTimeout(limit)
                .setConnectionKeepAlive(KEEP_ALIVE)
                .setAuthenticationEnabled(false)
                .setProtocolUpgradeEnabled(false)
                .build())
        .setUserAgent("user-service/" + BuildInfo.version())
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableContentCompression()
        .build();
  }

  /** The lookup of hosts, which the client also uses for hosts that are addresses. */
  private final class CheckedHosts implements DnsResolver {
    private final HostLookups hosts;

    CheckedHosts(boolean isPlaintext) {
      hosts =
          new HostLookups(
              host -> rules.addresses(host, isPlaintext).toArray(InetAddress[]::new),
              timeout,
              lookups);
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      return hosts.addresses(host);
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }

  /**
   * A message that is being sent, and the socket that was opened for it last. When its time is up,
   * that socket is closed, and no other is opened for it. To abort the request is not enough: the
   * client would go on with the next address of the host, without a limit on the whole.
   */
  private static final class Sending {
    private final HttpPost request;
    private Socket socket;
    private boolean isTimeUp;

    Sending(HttpPost request) {
      this.request = request;
    }

    synchronized Socket openSocket() throws InterruptedIOException {
      if (isTimeUp) {
        throw new InterruptedIOException("the time is up");
      }
      socket = new Socket(Proxy.NO_PROXY);
      return socket;
    }

    synchronized void end() {
      isTimeUp = true;
      Closer.closeQuietly(socket);
      request.abort();
    }

    synchronized boolean isTimeUp() {
      return isTimeUp;
    }
  }

  /** Opens connections with the sockets of {@link Sending}. */
  private final class ConnectionsWithTimeLimit extends PoolingHttpClientConnectionManagerBuilder {
    @Override
    protected HttpClientConnectionOperator createConnectionOperator(
        SchemePortResolver ports, DnsResolver hosts, TlsSocketStrategy tls) {
      return new DefaultHttpClientConnectionOperator(
          proxy -> sending.get().openSocket(),
          ports,
          hosts,
          RegistryBuilder.<TlsSocketStrategy>create().register(URIScheme.HTTPS.id, tls).build());
    }
  }

  /** Sends a message and returns the answer. */
  WebhookAnswer post(WebhookMessage message) throws WebhookException {
    boolean isPlaintext = "http".equalsIgnoreCase(message.url().getScheme());
    if (isPlaintext && !rules.allowsPlaintext()) {
      throw new WebhookException("http is not allowed (expected: https)", null);
    }
    var request = new HttpPost(message.url());
    message.headers().forEach(request::setHeader);
    // The content type is one of the headers.
    request.setEntity(new ByteArrayEntity(message.body(), null));
    var started = new Sending(request);
    sending.set(started);
    allSending.add(started);
    var timeUp = timer.schedule(started::end, timeout.toMillis(), TimeUnit.MILLISECONDS);
    try {
      var response = (isPlaintext ? plaintext : secure).executeOpen(null, request, null);
      readBody(request, response);
      return new WebhookAnswer(
          response.getCode(),
          Optional.ofNullable(response.getFirstHeader(HttpHeaders.RETRY_AFTER))
              .map(Header::getValue));
    } catch (IOException failed) {
      throw new WebhookException(reason(failed, started.isTimeUp()), failed);
    } finally {
      timeUp.cancel(false);
      sending.remove();
      allSending.remove(started);
    }
  }

  /**
   * Reads the beginning of the body. If that is all of it, the connection can be used again;
   * otherwise, it is closed. The status counts whether or not the rest arrives.
   */
  private static void readBody(HttpPost request, ClassicHttpResponse response) {
    try (response) {
      var entity = response.getEntity();
      if (entity != null
          && entity.getContent().readNBytes(MAX_BODY_BYTES + 1).length > MAX_BODY_BYTES) {
        request.abort();
      }
    } catch (IOException cutOff) {
      request.abort();
    }
  }

  private String reason(IOException failed, boolean isTimeUp) {
    if (failed instanceof RefusedAddressException) {
      return "the address is not allowed";
    }
    if (isTimeUp
        || failed instanceof InterruptedIOException
        || failed instanceof LookupTimeoutException) {
      return "no answer within " + timeout.toMillis() + " ms";
    }
    if (failed instanceof UnknownHostException) {
      return "host not found";
    }
    if (failed instanceof ConnectException) {
      return "connection refused";
    }
    return failed instanceof SSLException ? "TLS failed" : "connection failed";
  }

  @Override
  public void close() {
    secure.close(CloseMode.IMMEDIATE);
    plaintext.close(CloseMode.IMMEDIATE);
    // The clients do not know the sockets that are just connecting.
    allSending.forEach(Sending::end);
    DaemonThreads.stop(timer, STOP_TIMEOUT);
    // Nobody waits for lookups any more, and they may not end.
    lookups.shutdownNow();
  }
}
