package com.ecommerce.user.core.internal.template;

import com.samskivert.mustache.Template;
import java.util.Map;

/** A compiled template. Thread-safe. */
public final class TextTemplate {
  private final Template compiled;

  TextTemplate(Template compiled) {
    this.compiled = compiled;
  }

  /**
   * Fills the template.
   *
   * @param values the values of the variables: text, or for sections a boolean, a list or text,
   *     which counts as false if it is empty. The elements of a list are text, maps or records
   * @throws com.samskivert.mustache.MustacheException if a variable that is needed has no value
   */
  public String fill(Map<String, ?> values) {
    return compiled.execute(values);
  }
}
