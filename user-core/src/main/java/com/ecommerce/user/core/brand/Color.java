package com.ecommerce.user.core.brand;

import com.ecommerce.user.core.error.InvalidValueException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A color in sRGB. Immutable.
 *
 * @param rgb 8 bits each for red, green and blue
 */
public record Color(int rgb) {
  public static final Color WHITE = new Color(0xffffff);
  public static final Color BLACK = new Color(0);

  private static final Pattern HEX = Pattern.compile("#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})");

  /** The steps between a color and black or white that {@link #towards} tries. */
  private static final int STEPS = 100;

  /**
   * @throws IllegalArgumentException if the number has more than 24 bits
   */
  public Color {
    if (rgb < 0 || rgb > 0xffffff) {
      throw new IllegalArgumentException("rgb: " + rgb + " (expected: 24 bits)");
    }
  }

  /**
   * Reads a color as CSS writes it in hexadecimal: {@code #2557d6} or {@code #25d}.
   *
   * @throws InvalidValueException if it is neither
   */
  public static Color parse(String text) {
    if (!HEX.matcher(text).matches()) {
      throw new InvalidValueException(
          "INVALID_COLOR", text + " (expected: a color such as #2557d6)");
    }
    int digits = Integer.parseInt(text.substring(1), 16);
    return new Color(text.length() == 7 ? digits : repeated(digits));
  }

  /** Turns {@code 25d} into {@code 2255dd}. */
  private static int repeated(int digits) {
    int spread = ((digits & 0xf00) << 8) | ((digits & 0xf0) << 4) | (digits & 0xf);
    return (spread << 4) | spread;
  }

  /** Returns the color as {@link #parse} reads it, with six digits. */
  public String hex() {
    return String.format(Locale.ROOT, "#%06x", rgb);
  }

  /**
   * Returns the contrast ratio of the two colors, from 1 to 21 (WCAG 2.2, "contrast ratio"). Text
   * needs 4.5, the edges of controls 3.
   */
  public double contrast(Color other) {
    double one = luminance();
    double two = other.luminance();
    return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
  }

  /** Returns the relative luminance of WCAG 2.2, from 0 to 1. */
  private double luminance() {
    return 0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8) + 0.0722 * linear(rgb);
  }

  private static double linear(int channel) {
    double value = (channel & 0xff) / 255.0;
    return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
  }

  /** Returns the color of text on this color: white or black, with a contrast of at least 4.5. */
  public Color text() {
    return contrast(WHITE) >= 4.5 ? WHITE : BLACK;
  }

  /**
   * Returns this color if its contrast to each of the backgrounds is sufficient; otherwise the
   * nearest mixture with black or white whose contrast is.
   *
   * @param end {@link #BLACK} for light backgrounds, {@link #WHITE} for dark ones
   */
  public Color towards(Color end, double contrast, Color... backgrounds) {
    for (int step = 0; step < STEPS; step++) {
      var mixed = mix(end, step);
      if (isReadable(mixed, contrast, backgrounds)) {
        return mixed;
      }
    }
    return end;
  }

  private static boolean isReadable(Color color, double contrast, Color... backgrounds) {
    for (Color background : backgrounds) {
      if (color.contrast(background) < contrast) {
        return false;
      }
    }
    return true;
  }

  private Color mix(Color end, int percent) {
    int mixed = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int from = (rgb >> shift) & 0xff;
      int to = (end.rgb >> shift) & 0xff;
      mixed = (mixed << 8) | (from + (to - from) * percent / STEPS);
    }
    return new Color(mixed);
  }
}
