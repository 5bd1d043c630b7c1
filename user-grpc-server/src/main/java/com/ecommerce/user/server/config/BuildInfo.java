package com.ecommerce.user.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Information about the build. */
public final class BuildInfo {
  private static final String RESOURCE = "build.properties";

  private BuildInfo() {}

  /** Returns the version, such as {@code 1.0.0}. */
  public static String version() {
    try (InputStream file = BuildInfo.class.getResourceAsStream(RESOURCE)) {
      var properties = new Properties();
      properties.load(file);
      return properties.getProperty("version");
    } catch (IOException broken) {
      throw new UncheckedIOException(RESOURCE, broken);
    }
  }
}
