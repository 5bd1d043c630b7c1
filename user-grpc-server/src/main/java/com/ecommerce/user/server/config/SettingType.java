package com.ecommerce.user.server.config;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The values that a setting or an option of a command accepts, and its default. Immutable.
 *
 * @param placeholder the value on help pages, such as {@code N}; empty for an option without one
 * @param range the limits of a number; empty for other types
 * @param names the accepted names, in lower case; empty if any text is accepted
 * @param preset returns the default as an operator would write it; empty if there is none
 * @param presetText a description of the default, in Markdown
 * @param isSecret whether the value may contain a secret, and may be in a file instead
 */
public record SettingType(
    String placeholder,
    Optional<Range> range,
    List<String> names,
    Function<SettingReader, Optional<String>> preset,
    String presetText,
    boolean isSecret) {
  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,10}");
  private static final String NO_PRESET = "none";

  /**
   * The limits of a number.
   *
   * @param maxText a description of the maximum
   * @param unit the plural of the unit, such as {@code seconds}; empty if there is none
   */
  public record Range(int min, int max, String maxText, String unit) {
    /** Returns a description, such as {@code 1 to 600 seconds}. */
    @Override
    public String toString() {
      return (min + " to " + maxText + " " + unit).strip();
    }
  }

  /** Returns the type of an option without a value. */
  public static SettingType noValue() {
    return text("");
  }

  /** Returns the type of a text without a default. */
  public static SettingType text(String placeholder) {
    return of(placeholder, List.of(), Optional.empty());
  }

  /** Returns the type of a text with a default. */
  static SettingType text(String placeholder, String preset) {
    return of(placeholder, List.of(), Optional.of(preset));
  }

  /** Returns the type of a text that may contain a secret. */
  static SettingType secret(String placeholder) {
    var text = text(placeholder);
    return new SettingType(placeholder, text.range, text.names, text.preset, text.presetText, true);
  }

  private static SettingType of(String placeholder, List<String> names, Optional<String> preset) {
    String text = preset.map(known -> "`" + known + "`").orElse(NO_PRESET);
    return new SettingType(placeholder, Optional.empty(), names, reader -> preset, text, false);
  }

  /** Returns the type of a whole number. */
  public static SettingType number(int preset, int min, int max) {
    return number(reader -> preset, Integer.toString(preset), min, max);
  }

  /**
   * Returns the type of a whole number whose default is computed.
   *
   * @param presetText a description of the default, in Markdown
   */
  static SettingType number(
      ToIntFunction<SettingReader> preset, String presetText, int min, int max) {
    return new SettingType(
        "N",
        Optional.of(new Range(min, max, Integer.toString(max), "")),
        List.of(),
        reader -> Optional.of(Integer.toString(preset.applyAsInt(reader))),
        presetText,
        false);
  }

  /** Returns the type of {@code true} or {@code false}. */
  static SettingType bool(boolean preset) {
    return names(Boolean.toString(preset), List.of("true", "false"));
  }

  /** Returns the type of a constant of an enum, named in any case. */
  static <E extends Enum<E>> SettingType choice(E preset) {
    var constants = Stream.of(preset.getDeclaringClass().getEnumConstants());
    return names(lowerCase(preset), constants.map(SettingType::lowerCase).toList());
  }

  private static String lowerCase(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Returns the type of a setting whose value is one of the names, in upper or lower case. */
  static SettingType choice(String preset, List<String> names) {
    return names(preset, names);
  }

  /**
   * Returns the type of a setting whose value is one of the names, in upper or lower case, and
   * whose default depends on other settings.
   */
  static SettingType choice(List<String> names) {
    return of(String.join("|", names), names, Optional.empty());
  }

  private static SettingType names(String preset, List<String> names) {
    return of(String.join("|", names), names, Optional.of(preset));
  }

  /** Returns the same type, of numbers in this unit, such as {@code seconds}. */
  public SettingType in(String unit) {
    var range = range().orElseThrow();
    return withRange(new Range(range.min(), range.max(), range.maxText(), unit));
  }

  /** Returns the same type, with a description of a computed maximum. */
  SettingType atMost(String maxText) {
    var range = range().orElseThrow();
    return withRange(new Range(range.min(), range.max(), maxText, range.unit()));
  }

  private SettingType withRange(Range range) {
    return new SettingType(placeholder, Optional.of(range), names, preset, presetText, isSecret);
  }

  /** Returns the same type, with a note on what the default means, in Markdown. */
  SettingType note(String note) {
    return defaultsTo(presetText + " (" + note + ")");
  }

  /** Returns the same type, with a description of a default that depends on other settings. */
  SettingType defaultsTo(String text) {
    return new SettingType(placeholder, range, names, preset, text, isSecret);
  }

  /** Returns whether help needs to describe the default. */
  public boolean hasPresetText() {
    return !presetText.equals(NO_PRESET);
  }

  /** Returns whether the text is the default. */
  boolean isPreset(String text, SettingReader reader) {
    return preset
        .apply(reader)
        .filter(known -> names.isEmpty() ? known.equals(text) : known.equalsIgnoreCase(text))
        .isPresent();
  }

  /**
   * Returns the number.
   *
   * @throws IllegalArgumentException if it is not a whole number in ASCII digits within the limits
   */
  int integer(String text) {
    var limits = range.orElseThrow();
    // Ten digits fit into a long.
    long number = INTEGER.matcher(text).matches() ? Long.parseLong(text) : Long.MIN_VALUE;
    if (number < limits.min() || number > limits.max()) {
      throw new IllegalArgumentException(
          text
              + " (expected: a whole number "
              + (limits.unit().isEmpty() ? "" : "of " + limits.unit() + " ")
              + "from "
              + limits.min()
              + " to "
              + limits.max()
              + ")");
    }
    return (int) number;
  }

  /**
   * Returns the duration of a number of seconds, minutes, hours or days.
   *
   * @throws IllegalArgumentException as {@link #integer}
   */
  Duration duration(String text) {
    var unit = ChronoUnit.valueOf(range.orElseThrow().unit().toUpperCase(Locale.ROOT));
    return Duration.of(integer(text), unit);
  }

  /**
   * Returns the accepted name that the text is, in lower case.
   *
   * @throws IllegalArgumentException if it is none
   */
  String name(String text) {
    return names.stream()
        .filter(text::equalsIgnoreCase)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    text + " (expected: one of " + String.join(", ", names) + ")"));
  }
}
