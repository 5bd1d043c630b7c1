package com.ecommerce.user.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that the check of dashboards finds errors in them. */
class ExpressionTest {
  private static final Exposition EXPORTED =
      Exposition.parse(
          """
          # TYPE calls_seconds histogram
          calls_seconds_bucket{method="a.b/C",code="OK",le="0.1"} 3
          calls_seconds_count{method="a.b/C",code="OK"} 3
          ready 1
          """);

  @Test
  void whatIsExported_isFound() {
    String quantile =
        "histogram_quantile(0.99, sum by (le, method) (rate(calls_seconds_bucket"
            + "{method=~\"a[.].*\",instance=~\"$instance\"}[5m]))) > 0.1";

    assertEquals(List.of(), new Expression(quantile).missingFrom(EXPORTED));
    assertEquals(List.of(), new Expression("ready == 0").missingFrom(EXPORTED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redy == 0",
        "sum(rate(call_seconds_count[5m]))",
        "sum by (status) (calls_seconds_count)",
        "calls_seconds_count{status=\"OK\"}",
        "calls_seconds_count{code=\"FINE\"}",
        "ready / calls_seconds_count{method=~\"x.*\"}"
      })
  void whatIsNot_isTold(String expression) {
    assertEquals(1, new Expression(expression).missingFrom(EXPORTED).size());
  }
}
