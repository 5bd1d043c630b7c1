package com.ecommerce.user.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.server.config.Setting;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ArgumentsTest {
  private static String refusal(String... words) {
    return assertThrows(UsageException.class, () -> Arguments.parse(words)).getMessage();
  }

  @Test
  void noArguments_meanServe() {
    assertEquals(new Arguments(Command.SERVE, Map.of()), Arguments.parse());
  }

  @Test
  void options_comeBeforeAndAfterTheCommand_inBothForms() {
    assertEquals(
        new Arguments(
            Command.CREATE_ADMIN,
            Map.of("--port", "1", "--data-dir", "a=b", "--email", "ada@example.com")),
        Arguments.parse(
            "--port", "1", "create-admin", "--data-dir=a=b", "--email", "ada@example.com"));
    assertEquals(
        Map.of("--metrics-port", "-1", "--no-rest", ""),
        Arguments.parse("--no-rest", "--metrics-port", "-1").flags());
  }

  @Test
  void repeatedOption_hasItsLastValue() {
    assertEquals(
        Map.of("--port", "3", "--bind", "b"),
        Arguments.parse("--port", "1", "--port=2", "--bind", "a", "--bind", "b", "--port", "3")
            .flags());
    assertEquals(
        Optional.of("json"),
        Arguments.lastValue(
            Setting.LOG_FORMAT, "--pot", "--log-format=text", "--log-format", "json"));
    assertEquals(Optional.empty(), Arguments.lastValue(Setting.LOG_FORMAT, "--log-format"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--pot | --pot: no such option (did you mean --port?)",
        "--pot=1 | --pot: no such option (did you mean --port?)",
        "-port | -port: no such option (did you mean --port?)",
        "--PORT | --PORT: no such option (did you mean --port?)",
        "--grpc-port | --grpc-port: no such option (did you mean --port?)",
        "--wokers | --wokers: no such option (did you mean --workers?)",
        "--metrics | --metrics: no such option (did you mean --metrics-port?)",
        "--log_level | --log_level: no such option (did you mean --log-level?)",
        "--hepl | --hepl: no such option (did you mean --help?)",
        "--xyzzy | --xyzzy: no such option (expected: one that --help lists)",
        "--name | --name: no such option (expected: one that --help lists)",
        "serf | serf: no such command (did you mean serve?)",
        "creat-admin | creat-admin: no such command (did you mean create-admin?)",
        "serve migrate | migrate: not expected after serve (expected: options)",
        "serve --pot | --pot: no such option of serve (did you mean --port?)",
        "create-admin --port 1 | --port: no such option of create-admin (expected: one that create-admin --help lists)",
        "create-admin --emial a | --emial: no such option of create-admin (did you mean --email?)",
        "create-admin --password X | --password: no such option of create-admin (expected: the password on standard input, since others can read command lines)",
        "create-admin --pasword X | --pasword: no such option of create-admin (expected: the password on standard input, since others can read command lines)",
        "create-admin | --email: missing (expected: create-admin --email EMAIL)",
        "--port | --port: no value (expected: --port N)",
        "--port --bind a | --port: no value (expected: --port N)",
        "-- | --: no such option (expected: one that --help lists)",
        "-- serve | --: no such option (expected: one that --help lists)",
        "serve -- --port 1 | --: no such option of serve (expected: one that serve --help lists)",
        "--no-rest=1 | --no-rest: takes no value (expected: --no-rest alone)",
      })
  void mistake_isNamedWithTheNearestName(String words, String message) {
    assertEquals(message, refusal(words.split(" ")));
  }

  @Test
  void unknownCommand_unlikeAllOthers_listsThem() {
    assertEquals(
        "xyzzy: no such command (expected: one of serve, migrate, create-admin, create-client,"
            + " list-clients, rotate-client, delete-client, create-webhook, list-webhooks, update-webhook,"
            + " rotate-webhook, pause-webhook, resume-webhook, delete-webhook, redeliver-webhook,"
            + " list-deliveries, import, export, seed, healthcheck)",
        refusal("xyzzy"));
    assertTrue(refusal("trai").contains("(expected: one of "), "an internal command");
  }

  @Test
  void secrets_haveNoFlag_andMessagesRepeatNoPossibleSecret() {
    assertEquals(
        "--jwt-secret: no such option (expected: the variable JWT_SECRET or --jwt-secret-file, since"
            + " others can read command lines)",
        refusal("--jwt-secret", "hunter2"));
    for (String word :
        Set.of("postgresql://ada:hunter2@h/d", "hunter2\u001b[2J", "--päss=hunter2")) {
      assertFalse(refusal(word).contains("hunter2"), word);
    }
    assertEquals(
        Set.of(Setting.DATABASE_READ_URL, Setting.SMTP_URL, Setting.JWT_SECRET, Setting.REDIS_URL),
        Stream.of(Setting.values())
            .filter(setting -> setting.flag().isEmpty())
            .collect(java.util.stream.Collectors.toSet()));
  }

  @ParameterizedTest
  @EnumSource(Setting.class)
  void setting_hasAFlagByRule_orIsOneOfThree(Setting setting) {
    var ownNames =
        Map.of(
            Setting.GRPC_PORT, "--port",
            Setting.GRPC_MAX_WORKERS, "--workers",
            Setting.BIND_ADDRESS, "--bind");
    setting
        .flag()
        .ifPresent(
            flag -> {
              assertEquals(ownNames.getOrDefault(setting, setting.flagByRule()), flag);
              assertEquals(Map.of(flag, "x"), Arguments.parse(flag, "x").flags());
            });
  }
}
