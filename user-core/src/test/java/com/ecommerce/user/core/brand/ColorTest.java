package com.ecommerce.user.core.brand;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.InvalidValueException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ColorTest {
  @Test
  void parse_readsBothLengths() {
    assertEquals("#2255dd", Color.parse("#25d").hex());
    assertEquals("#0a0b0c", Color.parse("#0A0b0C").hex());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "#", "2557d6", "#2557d", "#2557d6ff", "blue", "#ggg", "#25d;"})
  void parse_refusesAllElse(String text) {
    assertThrows(InvalidValueException.class, () -> Color.parse(text));
  }

  @Test
  void contrast_isThatOfWcag() {
    assertEquals(21, Color.BLACK.contrast(Color.WHITE), 1e-9);
    assertEquals(4.48, Color.parse("#777").contrast(Color.WHITE), 0.01);
    assertEquals(4.48, Color.WHITE.contrast(Color.parse("#777")), 0.01);
  }

  @Property
  void text_onAnyColorIsReadable(@ForAll @IntRange(max = 0xffffff) int rgb) {
    var color = new Color(rgb);

    assertTrue(color.contrast(color.text()) >= 4.5, color.hex());
  }

  @Property
  void towards_endsWithTheContrast(@ForAll @IntRange(max = 0xffffff) int rgb) {
    var color = new Color(rgb);
    var light = Color.parse("#eef0f4");
    var dark = Color.parse("#222833");

    assertTrue(color.towards(Color.BLACK, 4.5, Color.WHITE, light).contrast(light) >= 4.5);
    assertTrue(color.towards(Color.WHITE, 4.5, Color.BLACK, dark).contrast(dark) >= 4.5);
  }

  @Test
  void towards_leavesAReadableColorAsItIs() {
    var color = Color.parse("#2557d6");

    assertEquals(color, color.towards(Color.BLACK, 4.5, Color.WHITE));
  }
}
