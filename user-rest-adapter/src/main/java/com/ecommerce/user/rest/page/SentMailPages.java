package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.HttpRefusal;
import com.ecommerce.user.rest.http.Routes;
import com.ecommerce.user.rest.page.SentMails.SentMail;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The pages that show sent mails and their links, for developers without a mail server. Requests
 * from other machines are answered as if the pages did not exist.
 */
final class SentMailPages {
  private static final String LIST = "/dev/mails";
  private static final int LIMIT = 100;
  private static final Pattern LINK = Pattern.compile("https?://\\S+\\?token=[A-Za-z0-9_-]+");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** Allows styles in a mail but no scripts, as mail programs do. */
  private static final String MAIL_POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:;"
          + " frame-ancestors 'self'; base-uri 'none'; form-action 'none';"
          + " sandbox allow-popups allow-popups-to-escape-sandbox";

  private final SentMails mails;
  private final PageRenderer renderer;

  SentMailPages(SentMails mails, PageRenderer renderer) {
    this.mails = mails;
    this.renderer = renderer;
  }

  void addTo(Routes routes) {
    routes
        .on("GET", LIST + "/{key}", Operation.READ_DOCUMENT, this::list)
        .on("GET", LIST + "/{key}/{mail}", Operation.READ_DOCUMENT, this::show)
        .on("GET", LIST + "/{key}/{mail}/html", Operation.READ_DOCUMENT, this::html);
  }

  private ApiResponse list(ApiRequest request) {
    requireDeveloper(request);
    var shown = mails.newest(LIMIT).stream().map(this::values).toList();
    return renderer
        .englishView(request)
        .page(200, "Mails", "mails.html", Map.of("mails", shown, "is_empty", shown.isEmpty()));
  }

  private ApiResponse show(ApiRequest request) {
    var mail = find(request);
    return renderer.englishView(request).page(200, mail.subject(), "mail.html", values(mail));
  }

  private ApiResponse html(ApiRequest request) {
    return ApiResponse.html(200, find(request).html())
        .header("Content-Security-Policy", MAIL_POLICY);
  }

  private SentMail find(ApiRequest request) {
    requireDeveloper(request);
    var mail = mails.find(request.parameter("mail"));
    if (mail.isEmpty()) {
      throw HttpRefusal.ROUTE_NOT_FOUND.because("no such mail (expected: one of the list)");
    }
    return mail.get();
  }

  private void requireDeveloper(ApiRequest request) {
    if (!request.isLocal() || !request.parameter("key").equals(mails.key())) {
      throw HttpRefusal.ROUTE_NOT_FOUND.because(
          "there is no resource at this path (expected: the URL in the log, on this machine)");
    }
  }

  /** Returns the path of the list, below the root of the service. */
  private String path() {
    return LIST.substring(1) + "/" + mails.key();
  }

  private record Link(String url, String path) {}

  private Map<String, Object> values(SentMail mail) {
    var values = new HashMap<String, Object>();
    values.put("path", path() + "/" + mail.id());
    values.put("time", TIME.format(mail.time()));
    values.put("recipient", mail.recipient());
    values.put("subject", mail.subject());
    values.put("text", mail.text());
    values.put("list", path());
    values.put("links", links(mail));
    return values;
  }

  /** Returns the links with a token, each with its path as the label. */
  private static List<Link> links(SentMail mail) {
    return LINK.matcher(mail.text())
        .results()
        .map(MatchResult::group)
        .distinct()
        .map(url -> new Link(url, url.replaceFirst(".*/", "/").replaceFirst("\\?.*", "")))
        .toList();
  }
}
