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
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** The routes of the documentation: the OpenAPI description, and pages for developers. */
final class DocsRoutes {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

  /**
   * The files that the page needs, with their content types. No other file of the webjar is served.
   */
  private static final Map<String, String> FILES =
      Map.of(
          "swagger-ui.css", "text/css; charset=utf-8",
          "swagger-ui-bundle.js", "text/javascript; charset=utf-8",
          "favicon-32x32.png", "image/png",
          "docs.css", "text/css; charset=utf-8",
          "start.js", "text/javascript; charset=utf-8");

  /** The files that are ours. */
  private static final Set<String> OWN = Set.of("docs.css", "start.js");

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
      <link rel="stylesheet" href="%1$sdocs.css">
      </head>
      <body>
      <div id="api"></div>
      <script src="%1$sswagger-ui-bundle.js"></script>
      <script src="%1$sstart.js"></script>
      </body>
      </html>
      """;

  /**
   * The contents of files by name. All responses share them, since slow clients keep responses in
   * memory for long.
   */
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();

  private final OpenApi openApi;
  private final PageRenderer renderer;

  DocsRoutes(OpenApi openApi, PageRenderer renderer) {
    this.openApi = openApi;
    this.renderer = renderer;
  }

  void addTo(Routes routes) {
    routes
        .on("GET", "/openapi.json", Operation.READ_DOCUMENT, this::describe)
        .onAsync("GET", "/docs", Operation.READ_DOCUMENT, DocsRoutes::page)
        .onAsync("GET", "/docs/components", Operation.READ_DOCUMENT, this::components)
        .on("GET", "/docs/{file}", Operation.READ_DOCUMENT, this::file)
        .onAsync("GET", ProblemBody.TYPES, Operation.READ_DOCUMENT, this::problems);
  }

  private ApiResponse describe(ApiRequest request) {
    return ApiResponse.of(ApiResponse.JSON, openApi.json()).header("Cache-Control", "no-cache");
  }

  private static CompletionStage<ApiResponse> page(ApiRequest request) {
    String files = request.path().endsWith("/") ? "" : "docs/";
    return ApiResponse.completed(
        ApiResponse.html(200, String.format(Locale.ROOT, PAGE, files))
            .header("Content-Security-Policy", POLICY)
            .header("Cache-Control", "no-cache"));
  }

  private ApiResponse file(ApiRequest request) {
    String name = request.parameter("file");
    if (!FILES.containsKey(name)) {
      throw HttpRefusal.ROUTE_NOT_FOUND.because(
          "no such file (expected: a file of the page /docs)");
    }
    byte[] content = files.computeIfAbsent(name, DocsRoutes::content);
    return ApiResponse.of(FILES.get(name), content).header("Cache-Control", "public, max-age=3600");
  }

  private static byte[] content(String name) {
    return OWN.contains(name) ? ownFile(name) : Webjar.SWAGGER_UI.file(name);
  }

  private static byte[] ownFile(String name) {
    try (var file = DocsRoutes.class.getResourceAsStream("assets/" + name)) {
      return file.readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException("a file of the page cannot be read: " + name, unreadable);
    }
  }

  /** Returns the page to which the {@code type} of every problem leads. */
  private CompletionStage<ApiResponse> problems(ApiRequest request) {
    var problems = new TreeMap<String, Problem>();
    for (ErrorReason reason : ErrorReason.values()) {
      problems.put(
          reason.name(),
          new Problem(reason.name(), Problems.status(reason), Problems.title(reason)));
    }
    for (HttpRefusal refusal : HttpRefusal.values()) {
      problems.put(refusal.name(), new Problem(refusal.name(), refusal.status(), refusal.title()));
    }
    return ApiResponse.completed(
        renderer
            .englishView(request)
            .page(
                200,
                "Problems of the User Service",
                "problems.html",
                Map.of("problems", List.copyOf(problems.values()))));
  }

  private record Problem(String reason, int status, String summary) {}

  /** Returns the page that shows the components of all pages, for developers who change them. */
  private CompletionStage<ApiResponse> components(ApiRequest request) {
    return ApiResponse.completed(
        renderer.englishView(request).page(200, "Components", "components.html", Map.of()));
  }
}
