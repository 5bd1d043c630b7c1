package com.ecommerce.user.core.brand;

/**
 * The colors that follow from a brand's color on a light or on a dark background.
 *
 * @param fill the color of buttons
 * @param onFill the color of text on buttons, with a contrast of at least 4.5
 * @param edge the color of the edges of buttons, with a contrast of at least 3 to their background
 * @param text the color of links and other text, with a contrast of at least 4.5
 */
public record Accent(Color fill, Color onFill, Color edge, Color text) {
  private static final Color LIGHT_CARD = Color.WHITE;
  private static final Color LIGHT_INSET = new Color(0xeef0f4);
  private static final Color DARK_CARD = new Color(0x191e26);
  private static final Color DARK_INSET = new Color(0x222833);

  /** Returns the accent for light backgrounds: buttons have the brand's own color. */
  public static Accent light(Color brand) {
    return new Accent(
        brand,
        brand.text(),
        brand.towards(Color.BLACK, 3, LIGHT_CARD),
        brand.towards(Color.BLACK, 4.5, LIGHT_CARD, LIGHT_INSET));
  }

  /**
   * Returns the accent for dark backgrounds. A dark color is lightened until buttons can be
   * distinguished from what is around them.
   */
  public static Accent dark(Color brand) {
    var fill = brand.towards(Color.WHITE, 3, DARK_CARD);
    return new Accent(
        fill, fill.text(), fill, brand.towards(Color.WHITE, 4.5, DARK_CARD, DARK_INSET));
  }
}
