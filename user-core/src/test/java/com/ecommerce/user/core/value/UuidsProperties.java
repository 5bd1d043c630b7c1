package com.ecommerce.user.core.value;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.error.InvalidValueException;
import java.util.Locale;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class UuidsProperties {
  @Property
  void parse_readsWhatUuidWrites(@ForAll long high, @ForAll long low) {
    var id = new UUID(high, low);

    assertEquals(id, Uuids.parse(id.toString()));
    assertEquals(id, Uuids.parse(id.toString().toUpperCase(Locale.ROOT)));
  }

  @Property
  void parse_ofAnyText_givesAnIdOfThatTextOrNamesTheRule(@ForAll String text) {
    try {
      assertEquals(text.strip().toLowerCase(Locale.ROOT), Uuids.parse(text).toString());
    } catch (InvalidValueException invalid) {
      assertEquals(text.isBlank() ? "REQUIRED" : "INVALID_UUID", invalid.rule());
    }
  }
}
