package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;

/**
 * A headless Chromium, which checks what it shows. With the system property {@code screenshots}, it
 * writes a picture of each checked page into that directory.
 */
final class Chromium implements AutoCloseable {
  /**
   * A name of this machine that browsers do not trust as they trust localhost: without TLS, they
   * send no {@code Sec-Fetch-Site} to it.
   */
  static final String SHOP = "shop.test";

  /** The environment variable that makes a missing browser a failure. */
  private static final String REQUIRED = "BROWSER_TESTS";

  private static final int MAX_TABS = 80;
  private static final Duration MAX_WAIT = Duration.ofSeconds(60);

  /** Leaves the processor to the browser. */
  private static final long PAUSE_NANOS = 5_000_000;

  /** The violations of axe-core, a line each. */
  private static final String AXE =
      """
      const done = arguments[arguments.length - 1];
      const options = {resultTypes: ['violations']};
      if (arguments[0]) options.runOnly = ['color-contrast'];
      axe.run(document, options).then(
        results => done(results.violations.flatMap(
          violation => violation.nodes.map(
            node => violation.id + ': ' + node.html + ' (' + node.failureSummary + ')'))),
        failure => done([String(failure)]));
      """;

  /** Returns true unless the focused element has no outline, which style.css gives it. */
  private static final String SHOWS_FOCUS =
      """
      if (document.activeElement === document.body) return true;
      const style = getComputedStyle(document.activeElement);
      return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
      """;

  /** The elements that are wider than the window, a line each. */
  private static final String WIDER =
      """
      const page = document.scrollingElement;
      if (page.scrollWidth <= page.clientWidth) return '';
      return [...document.querySelectorAll('body *')]
        .filter(element => element.getBoundingClientRect().right > page.clientWidth)
        .map(element => element.outerHTML.slice(0, 120)).join('\\n') || 'the page';
      """;

  /** Returns whether the page is taller than the window. */
  private static final String IS_HIGHER =
      "return document.scrollingElement.scrollHeight > window.innerHeight";

  /** The files that come from elsewhere. */
  private static final String FOREIGN =
      """
      return performance.getEntriesByType('resource').map(entry => entry.name)
        .filter(name => !name.startsWith(location.origin + '/') && !name.startsWith('data:'));
      """;

  /** Makes the first request of the scripts on a page fail, as a lost connection does. */
  private static final String LOST_REQUEST =
      """
      const send = XMLHttpRequest.prototype.send;
      XMLHttpRequest.prototype.send = function () {
        XMLHttpRequest.prototype.send = send;
        setTimeout(() => this.dispatchEvent(new ProgressEvent('error')));
      };
      """;

  private final ChromeDriver driver;
  private final String axe;
  private String origin = "";

  private Chromium(ChromeDriver driver, String axe) {
    this.driver = driver;
    this.axe = axe;
    driver.manage().timeouts().scriptTimeout(MAX_WAIT);
  }

  /** Returns whether this machine has a browser and its driver; says so if it has none. */
  static boolean isInstalled() {
    boolean isInstalled = program("chromium").isPresent() && program("chromedriver").isPresent();
    if (!isInstalled) {
      System.err.println(
          "NOT RUN: pages in a browser, which is not installed (apt-get install chromium"
              + " chromium-driver)");
      assertTrue(
          System.getenv(REQUIRED) == null, REQUIRED + " is set, and Chromium is not installed");
    }
    return isInstalled;
  }

  private static Optional<Path> program(String name) {
    return Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":"))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static Chromium start() throws IOException {
    var options = new ChromeOptions();
    options.setBinary(program("chromium").orElseThrow().toFile());
    // A sandbox needs rights that containers do not have; only pages of this service are opened.
    options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--lang=en");
    // Scrollbars take no room, as on phones.
    options.addArguments("--hide-scrollbars");
    options.addArguments("--host-resolver-rules=MAP " + SHOP + " 127.0.0.1");
    options.setCapability("goog:loggingPrefs", Map.of("browser", Level.WARNING.getName()));
    var service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(program("chromedriver").orElseThrow().toFile())
            .usingAnyFreePort()
            .withSilent(true)
            .build();
    try (var script = Chromium.class.getResourceAsStream("/axe.min.js")) {
      return new Chromium(
          new ChromeDriver(service, options),
          new String(script.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** Sets the beginning of all addresses. */
  void use(String newOrigin) {
    this.origin = newOrigin;
    driver.executeCdpCommand("Network.enable", Map.of());
    setLanguage("en");
  }

  void forgetSession() {
    driver.executeCdpCommand("Network.clearBrowserCookies", Map.of());
  }

  void setLanguage(String language) {
    driver.executeCdpCommand(
        "Network.setExtraHTTPHeaders", Map.of("headers", Map.of("Accept-Language", language)));
  }

  void setWidth(int width) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 844, "deviceScaleFactor", 1, "mobile", false));
  }

  void setDark(boolean isDark) {
    var scheme = Map.of("name", "prefers-color-scheme", "value", isDark ? "dark" : "light");
    driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of(scheme)));
  }

  /**
   * Loses the first request of the scripts on each page that is loaded while the work runs, and
   * expects the browser to report nothing else.
   */
  void losingRequests(Runnable work) {
    var source = Map.<String, Object>of("source", LOST_REQUEST);
    var script = driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", source);
    work.run();
    driver.executeCdpCommand("Page.removeScriptToEvaluateOnNewDocument", script);
    var errors = driver.manage().logs().get("browser").getAll();
    assertTrue(
        errors.stream().anyMatch(error -> error.getMessage().contains("htmx:sendError")),
        errors::toString);
    assertTrue(
        errors.stream().allMatch(error -> error.getMessage().contains("\"htmx:")),
        errors::toString);
  }

  void open(String path) {
    driver.get(origin + path);
  }

  /** Scrolls to the end of the page. */
  void scrollDown() {
    driver.executeScript("window.scrollTo(0, document.body.scrollHeight)");
  }

  /** Waits for a page with the text, to which the browser may still be on its way. */
  void expect(String text) {
    long deadline = System.nanoTime() + MAX_WAIT.toNanos();
    while (!text().contains(text)) {
      assertTrue(System.nanoTime() < deadline, "no \"" + text + "\" on the page:\n" + text());
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private String text() {
    return String.valueOf(
        driver.executeScript("return document.body ? document.body.innerText : ''"));
  }

  /**
   * Checks the page that is open: axe finds nothing in light and in dark colors, nothing scrolls
   * sideways on a phone and at a zoom of 200 %, everything comes from this service, and the browser
   * reports no error, such as one of the content security policy.
   *
   * @param name the name in messages and of the pictures
   */
  void check(String name) {
    setDark(true);
    setWidth(390);
    picture(name + "-390-dark");
    assertAccessible(name + " in dark colors", true);
    setWidth(1000);
    picture(name + "-1000-dark");
    setDark(false);
    for (int width : new int[] {1000, 500, 390, 320}) {
      checkWidth(name, width);
    }
    setWidth(1000);
    assertAccessible(name, false);
    assertEquals(List.of(), driver.executeScript(FOREIGN), name);
    var errors =
        driver.manage().logs().get("browser").getAll().stream()
            .filter(entry -> !entry.getMessage().contains("the server responded with a status of"))
            .toList();
    assertEquals(List.of(), errors, name);
  }

  /** Checks that the page that is open does not scroll sideways in a window of that width. */
  void checkWidth(String name, int width) {
    setWidth(width);
    picture(name + "-" + width);
    assertEquals(
        "",
        driver.executeScript(WIDER),
        name + " scrolls sideways in a window of " + width + " pixels");
  }

  private void assertAccessible(String name, boolean isOnlyAboutColors) {
    if ((Boolean) driver.executeScript("return !window.axe")) {
      driver.executeScript(axe);
    }
    assertEquals(List.of(), driver.executeAsyncScript(AXE, isOnlyAboutColors), name);
  }

  private void picture(String name) {
    String directory = System.getProperty("screenshots");
    if (directory != null) {
      try {
        Path file = Files.createDirectories(Path.of(directory)).resolve(name + ".png");
        // If a page fits the window, captureBeyondViewport would cut off pages in Arabic.
        var whole = Map.of("captureBeyondViewport", driver.executeScript(IS_HIGHER));
        var image = driver.executeCdpCommand("Page.captureScreenshot", whole).get("data");
        Files.write(file, Base64.getDecoder().decode((String) image));
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }

  /** Presses the tab key until the element has the focus, which each element on the way shows. */
  void tabTo(String selector) {
    for (int i = 0; i < MAX_TABS; i++) {
      assertTrue((Boolean) driver.executeScript(SHOWS_FOCUS), "no visible focus at " + focused());
      if ((Boolean)
          driver.executeScript("return document.activeElement.matches(arguments[0])", selector)) {
        return;
      }
      new Actions(driver).sendKeys(Keys.TAB).perform();
    }
    throw new AssertionError(selector + " cannot be reached with the tab key on\n" + text());
  }

  private String focused() {
    return String.valueOf(
        driver.executeScript("return document.activeElement.outerHTML.slice(0, 200)"));
  }

  /** Replaces the text of a field that is reached with the tab key. */
  void type(String selector, String text) {
    tabTo(selector);
    new Actions(driver)
        .keyDown(Keys.CONTROL)
        .sendKeys("a")
        .keyUp(Keys.CONTROL)
        .sendKeys(text)
        .perform();
  }

  /** Presses a key on an element that is reached with the tab key. */
  void press(String selector, CharSequence key) {
    tabTo(selector);
    new Actions(driver).sendKeys(key).perform();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
