package com.ecommerce.user.rest.page;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PageViewTest {
  private final PageView view =
      new PageView(
          new PageRenderer(PageSettings.DEFAULT, new PageAssets(PageSettings.DEFAULT)),
          PageTexts.english(),
          "");

  @Test
  void failure_thatPassesSaysWhenToTryAgain() {
    var busy =
        UserServiceException.retryLater(
            ErrorReason.HASHING_BUSY, "too many (expected: a retry)", Duration.ofMillis(1500));

    var page = view.failed("reset", busy);

    assertEquals(429, page.status());
    assertEquals("2", page.headers().get("Retry-After"));
  }
}
