package com.ecommerce.user.rest.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The browser libraries on the classpath, each of which is a WebJar. */
enum Webjar {
  SWAGGER_UI("org.webjars", "swagger-ui"),
  HTMX("org.webjars.npm", "htmx.org");

  private final String group;
  private final String artifact;

  Webjar(String group, String artifact) {
    this.group = group;
    this.artifact = artifact;
  }

  /** Returns the content of a file in the library. */
  byte[] file(String name) {
    try (var about = resource("META-INF/maven/" + group + "/" + artifact + "/pom.properties")) {
      var properties = new Properties();
      properties.load(about);
      String version = properties.getProperty("version");
      String folder = "META-INF/resources/webjars/" + artifact + "/" + version + "/";
      try (var file = resource(folder + name)) {
        return file.readAllBytes();
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException("a file of the webjar cannot be read: " + name, unreadable);
    }
  }

  private static InputStream resource(String path) throws IOException {
    var found = Webjar.class.getClassLoader().getResourceAsStream(path);
    if (found == null) {
      throw new IOException("not on the classpath: " + path);
    }
    return found;
  }
}
