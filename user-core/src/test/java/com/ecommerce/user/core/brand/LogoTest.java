package com.ecommerce.user.core.brand;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.error.InvalidValueException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogoTest {
  @TempDir private Path folder;

  @Test
  void content_decidesOnTheFormat() throws IOException {
    byte[] png = HexFormat.of().parseHex("89504e470d0a1a0a0000");
    Path file = Files.write(folder.resolve("logo.svg"), png);
    assertEquals(Logo.Format.PNG, Logo.read(file).format());
    assertArrayEquals(png, Logo.read(file).content());

    Files.writeString(file, "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    assertEquals(Logo.Format.SVG, Logo.read(file).format());
  }

  @Test
  void otherFiles_areRefused() throws IOException {
    Path file = folder.resolve("logo.png");
    assertThrows(NoSuchFileException.class, () -> Logo.read(file));
    for (String content : new String[] {"", "GIF89a", "<svg" + " ".repeat(Logo.MAX_BYTES)}) {
      Files.writeString(file, content);
      assertThrows(InvalidValueException.class, () -> Logo.read(file));
    }
  }
}
