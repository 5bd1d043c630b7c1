package com.ecommerce.user.core.request;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests descriptions of devices that their users recognize. */
class ClientInfoTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0 | Firefox on Windows",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
            + " Edg/140.0.0.0 | Edge on Windows",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
            + " | Chrome on Linux",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6"
            + " Safari/605.1.15 | Safari on macOS",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6"
            + " Mobile/15E148 Safari/604.1 | Safari on iPhone",
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
            + " | Chrome on Android",
        "grpc-java-netty/1.83.1 | grpc-java-netty",
        "grpc-python/1.74.0 grpc-c/48.0.0 (linux; chttp2) | grpc-python",
        "grpcurl/v1.9.3 grpc-go/1.61.0 | grpcurl",
        "curl/8.14.1 | curl",
        "Mozilla/5.0 (X11; Linux x86_64) Something/1 | Linux",
        "http://evil.example/path | ''",
        "evil.example/1 | ''",
        "<script>alert(1)</script> | ''",
        "'' | ''",
      })
  void device_isSaidInAFewPlainWords(String userAgent, String device) {
    assertEquals(device, new ClientInfo(userAgent, false).device());
  }

  @Test
  void userAgent_isCut() {
    assertEquals(
        ClientInfo.MAX_USER_AGENT, new ClientInfo("a".repeat(10_000), false).userAgent().length());
  }
}
