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
        .on("GET", LIST, Operation.READ_DOCUMENT, this::list)
        .on("GET", LIST + "/{mail}", Operation.READ_DOCUMENT, this::show)
        .on("GET", LIST + "/{mail}/html", Operation.READ_DOCUMENT, this::html);
  }

  private ApiResponse list(ApiRequest request) {
    requireLocal(request);
    var shown = mails.newest(LIMIT).stream().map(SentMailPages::values).toList();
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
    requireLocal(request);
    var mail = mails.find(request.parameter("mail"));
    if (mail.isEmpty()) {
      throw HttpRefusal.ROUTE_NOT_FOUND.because("no such mail (expected: one of " + LIST + ")");
    }
    return mail.get();
  }

  private static void requireLocal(ApiRequest request) {
    if (!request.isLocal()) {
      throw HttpRefusal.ROUTE_NOT_FOUND.because(
          "nothing is at this path (expected: a request from this machine to localhost)");
    }
  }

  private record Link(String url, String path) {}

  private static Map<String, Object> values(SentMail mail) {
    var values = new HashMap<String, Object>();
    values.put("id", mail.id());
    values.put("time", TIME.format(mail.time()));
    values.put("recipient", mail.recipient());
    values.put("subject", mail.subject());
    values.put("text", mail.text());
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
