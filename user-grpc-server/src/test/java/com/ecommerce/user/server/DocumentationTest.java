package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.ErrorReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks the links between the pages of the documentation, and compares them with the code. */
class DocumentationTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path README = ROOT.resolve("README.md");

  private static final Pattern FENCE = Pattern.compile("^```.*?^```$", flags());
  private static final Pattern CODE = Pattern.compile("`[^`\n]+`");

  /** The target of a link or an image, such as {@code [text](target)}. */
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

  private static final Pattern HEADING = Pattern.compile("^#{1,6} (.+)$", Pattern.MULTILINE);
  private static final Pattern PAGE_IN_SOURCE = Pattern.compile("docs/[a-z/-]+\\.(?:md|svg)");

  private static int flags() {
    return Pattern.MULTILINE | Pattern.DOTALL;
  }

  private static String text(Path page) throws IOException {
    return FENCE.matcher(Files.readString(page)).replaceAll("");
  }

  private static Set<Path> pages() throws IOException {
    Set<Path> pages = new TreeSet<>();
    try (Stream<Path> files = Files.list(ROOT)) {
      files.filter(DocumentationTest::isPage).forEach(pages::add);
    }
    try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
      files.filter(DocumentationTest::isPage).forEach(pages::add);
    }
    return pages;
  }

  private static boolean isPage(Path file) {
    return file.getFileName().toString().endsWith(".md");
  }

  private static List<String> links(Path page) throws IOException {
    String prose = CODE.matcher(text(page)).replaceAll("");
    return LINK.matcher(prose).results().map(link -> link.group(1)).toList();
  }

  /** Returns the anchors of the headings, made like those of GitHub. */
  private static Set<String> anchors(Path page) throws IOException {
    Map<String, Integer> seen = new HashMap<>();
    Set<String> anchors = new HashSet<>();
    var headings = HEADING.matcher(text(page));
    while (headings.find()) {
      String anchor =
          headings
              .group(1)
              .toLowerCase(Locale.ROOT)
              .replaceAll("[^\\p{L}\\p{N}_ -]", "")
              .replace(' ', '-');
      int earlier = seen.merge(anchor, 1, Integer::sum) - 1;
      anchors.add(earlier == 0 ? anchor : anchor + "-" + earlier);
    }
    return anchors;
  }

  private static boolean isRelative(String link) {
    return !link.matches("[a-z]+:.*");
  }

  private static Path target(Path page, String link) {
    String path = link.replaceFirst("#.*", "");
    return path.isEmpty() ? page : page.resolveSibling(path).normalize();
  }

  @Test
  void relativeLinks_leadToFilesAndHeadings() throws IOException {
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (Path page : pages()) {
      for (String link : links(page)) {
        if (isRelative(link)) {
          links++;
          if (!leadsSomewhere(page, link)) {
            broken.add(ROOT.relativize(page) + ": " + link);
          }
        }
      }
    }

    assertEquals(List.of(), broken);
    assertTrue(links > 100, links + " links");
  }

  private static boolean leadsSomewhere(Path page, String link) throws IOException {
    Path target = target(page, link);
    int anchor = link.indexOf('#');
    return Files.exists(target)
        && (anchor < 0 || anchors(target).contains(link.substring(anchor + 1)));
  }

  @Test
  void pages_areReachableFromTheReadme() throws IOException {
    Set<Path> reached = new TreeSet<>(Set.of(README));
    var toRead = new ArrayDeque<>(reached);
    while (!toRead.isEmpty()) {
      Path page = toRead.remove();
      for (String link : links(page)) {
        Path target = target(page, link);
        if (isRelative(link) && isPage(target) && reached.add(target)) {
          toRead.add(target);
        }
      }
    }

    assertEquals(pages(), reached);
  }

  /** The README should be short, since everybody reads it. Details belong in the pages. */
  @Test
  void readme_isShort() throws IOException {
    long lines = Files.readAllLines(README).size();

    assertTrue(lines <= 130, lines + " lines");
  }

  @Test
  void pagesThatSourcesName_exist() throws IOException {
    Set<String> missing = new TreeSet<>();
    int names = 0;
    for (Path file : sources()) {
      for (var name : PAGE_IN_SOURCE.matcher(bytes(file)).results().toList()) {
        names++;
        if (!Files.exists(ROOT.resolve(name.group()))) {
          missing.add(ROOT.relativize(file) + ": " + name.group());
        }
      }
    }

    assertEquals(Set.of(), missing);
    assertTrue(names > 10, names + " names");
  }

  /** Returns a character for each byte, since inputs of fuzz targets are not UTF-8. */
  private static String bytes(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path module : modules.filter(Files::isDirectory).toList()) {
        Path folder = module.endsWith("scripts") ? module : module.resolve("src");
        if (Files.isDirectory(folder)) {
          try (Stream<Path> files = Files.walk(folder)) {
            files.filter(DocumentationTest::namesPages).forEach(sources::add);
          }
        }
      }
    }
    return sources;
  }

  private static boolean namesPages(Path file) {
    String name = file.getFileName().toString();
    return Files.isRegularFile(file)
        && (name.matches(".*\\.(java|proto|yaml|yml|sql|sh|txt|conf|properties)")
            || name.matches("[a-z-]+"));
  }

  @Test
  void logOfAStart_hasTheLatestSchemaVersion() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/operations.md"));
    var version = Pattern.compile("schema version (\\d+)").matcher(page);

    assertTrue(version.find());
    assertEquals(latestMigration(), Integer.parseInt(version.group(1)));
  }

  private static int latestMigration() throws IOException {
    Path migrations = Path.of("../user-core/src/main/resources/com/ecommerce/user/core/migration");
    try (Stream<Path> files = Files.list(migrations)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("V\\d+__.*"))
          .mapToInt(name -> Integer.parseInt(name.substring(1, name.indexOf("__"))))
          .max()
          .orElseThrow();
    }
  }

  @Test
  void errorReasons_areDocumented() throws IOException {
    String errors = Files.readString(ROOT.resolve("docs/errors.md"));

    for (ErrorReason reason : ErrorReason.values()) {
      assertTrue(errors.matches("(?s).*\\b" + reason + "\\b.*"), reason.toString());
    }
  }
}
