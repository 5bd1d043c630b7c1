package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.HttpRefusal;
import com.ecommerce.user.rest.http.ProblemBody;
import com.ecommerce.user.rest.http.Problems;
import com.ecommerce.user.rest.http.Routes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** The description of this API, for programs and for people. */
public final class DocsRoutes {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

  private static final String WEBJAR = "META-INF/maven/org.webjars/swagger-ui/pom.properties";

  /** Everything that the page needs, and nothing else of the webjar. */
  private static final Map<String, String> FILES =
      Map.of(
          "swagger-ui.css", "text/css; charset=utf-8",
          "swagger-ui-bundle.js", "text/javascript; charset=utf-8",
          "favicon-32x32.png", "image/png",
          "start.js", "text/javascript; charset=utf-8");

  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>User Service: REST API</title>
      <link rel="icon" href="%1$sfavicon-32x32.png">
      <link rel="stylesheet" href="%1$sswagger-ui.css">
      </head>
      <body>
      <div id="api"></div>
      <script src="%1$sswagger-ui-bundle.js"></script>
      <script src="%1$sstart.js"></script>
      </body>
      </html>
      """;

  private static final String START =
      """
      SwaggerUIBundle({
        url: document.currentScript.src.replace(/docs\\/start\\.js.*/, "openapi.json"),
        dom_id: "#api",
        deepLinking: true,
        validatorUrl: null
      });
      """;

  /** By name; one copy for all readers, who may be slow. */
  private static final Map<String, byte[]> READ = new ConcurrentHashMap<>();

  private final OpenApi openApi;

  public DocsRoutes(OpenApi openApi) {
    this.openApi = openApi;
  }

  public void addTo(Routes routes) {
    routes
        .on("GET", "/openapi.json", Operation.READ_DOCUMENT, this::describe)
        .onAsync("GET", "/docs", Operation.READ_DOCUMENT, DocsRoutes::page)
        .on("GET", "/docs/{file}", Operation.READ_DOCUMENT, DocsRoutes::file)
        .onAsync("GET", ProblemBody.TYPES, Operation.READ_DOCUMENT, DocsRoutes::problems);
  }

  private ApiResponse describe(ApiRequest request) {
    return ApiResponse.of(ApiResponse.JSON, openApi.json()).header("Cache-Control", "no-cache");
  }

  private static CompletionStage<ApiResponse> page(ApiRequest request) {
    String files = request.path().endsWith("/") ? "" : "docs/";
    return CompletableFuture.completedStage(
        ApiResponse.html(200, String.format(Locale.ROOT, PAGE, files))
            .header("Content-Security-Policy", POLICY)
            .header("Cache-Control", "no-cache"));
  }

  private static ApiResponse file(ApiRequest request) {
    String name = request.parameter("file");
    if (!FILES.containsKey(name)) {
      throw HttpRefusal.ROUTE_NOT_FOUND.because(
          "no such file (expected: a file of the page /docs)");
    }
    byte[] content = READ.computeIfAbsent(name, DocsRoutes::content);
    return ApiResponse.of(FILES.get(name), content).header("Cache-Control", "public, max-age=3600");
  }

  private static byte[] content(String name) {
    return name.equals("start.js") ? START.getBytes(StandardCharsets.UTF_8) : webjarFile(name);
  }

  private static byte[] webjarFile(String name) {
    try (var about = resource(WEBJAR)) {
      var properties = new Properties();
      properties.load(about);
      String folder = "META-INF/resources/webjars/swagger-ui/" + properties.get("version") + "/";
      try (var file = resource(folder + name)) {
        return file.readAllBytes();
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException("a file of the webjar cannot be read: " + name, unreadable);
    }
  }

  private static InputStream resource(String path) throws IOException {
    var found = DocsRoutes.class.getClassLoader().getResourceAsStream(path);
    if (found == null) {
      throw new IOException("not on the classpath: " + path);
    }
    return found;
  }

  /** Answers with the page that the {@code type} of every problem leads to. */
  private static CompletionStage<ApiResponse> problems(ApiRequest request) {
    var rows = new TreeMap<String, String>();
    for (ErrorReason reason : ErrorReason.values()) {
      rows.put(reason.name(), row(reason.name(), Problems.status(reason), Problems.title(reason)));
    }
    for (HttpRefusal refusal : HttpRefusal.values()) {
      rows.put(refusal.name(), row(refusal.name(), refusal.status(), refusal.title()));
    }
    String main =
        "<p>Every error of this API is a problem as RFC 9457 describes it. These are the reasons.</p>\n"
            + "<table><thead><tr><th scope=\"col\">reason</th><th scope=\"col\">status</th>"
            + "<th scope=\"col\">title</th></tr></thead>\n<tbody>\n"
            + String.join("\n", rows.values())
            + "\n</tbody></table>";
    return CompletableFuture.completedStage(
        Html.widePage("en", "Problems of the User Service", main));
  }

  private static String row(String reason, int status, String title) {
    return String.format(
        Locale.ROOT,
        "<tr id=\"%1$s\"><td><code>%1$s</code></td><td>%2$d</td><td>%3$s</td></tr>",
        reason,
        status,
        title);
  }
}
