package com.ecommerce.user.torture;

import com.ecommerce.user.torture.RaceClient.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Checks mailed links and refresh tokens: a link verifies once, however often it is used; a link
 * sets one password; a refresh token has one successor, and an older one ends the session.
 */
final class TokenRace implements Race {
  private static final String NAME = "tokens";
  private static final Set<String> OK = Set.of(RaceClient.OK);
  private static final Set<String> USED = Set.of(RaceClient.OK, "TOKEN_INVALID");
  private static final Set<String> ENDED = Set.of("SESSION_ENDED");
  private static final Set<String> GOOD_OR_ENDED = Set.of(RaceClient.OK, "SESSION_ENDED");

  private String passwordNow = RaceEnvironment.PASSWORD;

  @Override
  public void run(RaceEnvironment field, int round) throws InterruptedException {
    String email = "tokens" + round + "@example.com";
    String userId = field.user(field.client(2 * round), email);
    var link = field.link(NAME, email, "verify-email");
    if (link.isPresent()) {
      verify(field, userId, link.get());
      reset(field, email);
    }
    rotate(field, email, round);
    reuse(field, email, round);
  }

  private static List<Answer> byAll(RaceEnvironment field, Function<RaceClient, Answer> call) {
    List<Supplier<Answer>> calls = new ArrayList<>();
    field.clients().forEach(client -> calls.add(() -> call.apply(client)));
    return field.together(calls);
  }

  private static void verify(RaceEnvironment field, String userId, String token) {
    long before = field.client(0).read(userId).version();
    for (Answer answer : byAll(field, client -> client.confirm(token))) {
      field.expect(NAME, "confirm", answer.outcome(), OK);
    }
    // A write returns the current version, regardless of the cache.
    long after = field.client(0).update(userId, "first_name", "Ada", 0).version();
    if (after != before + 2) {
      field.violation(NAME, "a link made " + (after - before - 1) + " versions");
    }
  }

  private void reset(RaceEnvironment field, String email) throws InterruptedException {
    field.client(1).requestReset(email);
    var link = field.link(NAME, email, "reset-password");
    if (link.isEmpty()) {
      return;
    }
    var answers =
        byAll(field, client -> client.reset(link.get(), password(field.clients().indexOf(client))));
    List<Integer> winners = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      field.expect(NAME, "reset", answers.get(i).outcome(), USED);
      if (answers.get(i).isOk()) {
        winners.add(i);
      }
    }
    if (winners.size() != 1) {
      field.violation(NAME, "a link set " + winners.size() + " passwords");
      return;
    }
    passwordNow = password(winners.get(0));
    var login = field.client(3).login(email, passwordNow);
    field.expect(NAME, "login with the password that was set", login.outcome(), OK);
  }

  private static String password(int number) {
    return RaceEnvironment.PASSWORD + " " + number;
  }

  private void rotate(RaceEnvironment field, String email, int round) {
    var login = field.client(round).login(email, passwordNow);
    field.expect(NAME, "login", login.outcome(), OK);
    var answers = byAll(field, client -> client.refresh(login.fact("refresh")));
    answers.forEach(answer -> field.expect(NAME, "refresh", answer.outcome(), OK));
    long successors = answers.stream().map(answer -> answer.fact("refresh")).distinct().count();
    if (successors != 1) {
      field.violation(NAME, "a refresh token has " + successors + " successors");
    }
    String current = answers.get(0).fact("refresh");
    var ending =
        field.together(
            List.<Supplier<Answer>>of(
                () -> field.client(0).refresh(current),
                () -> field.client(1).logout(current),
                () -> field.client(3).refresh(current)));
    field.expect(NAME, "logout", ending.get(1).outcome(), OK);
    for (Answer refreshed : List.of(ending.get(0), ending.get(2))) {
      field.expect(NAME, "refresh during a logout", refreshed.outcome(), GOOD_OR_ENDED);
      String last = refreshed.isOk() ? refreshed.fact("refresh") : current;
      byAll(field, client -> client.refresh(last))
          .forEach(answer -> field.expect(NAME, "refresh after a logout", answer.outcome(), ENDED));
    }
  }

  private void reuse(RaceEnvironment field, String email, int round) {
    String first = field.client(round + 1).login(email, passwordNow).fact("refresh");
    String second = field.client(0).refresh(first).fact("refresh");
    String third = field.client(2).refresh(second).fact("refresh");
    var answers =
        field.together(
            List.<Supplier<Answer>>of(
                () -> field.client(1).refresh(first), () -> field.client(3).refresh(third)));
    field.expect(NAME, "refresh with a stolen token", answers.get(0).outcome(), ENDED);
    field.expect(NAME, "refresh beside a theft", answers.get(1).outcome(), GOOD_OR_ENDED);
    String last = answers.get(1).isOk() ? answers.get(1).fact("refresh") : third;
    byAll(field, client -> client.refresh(last))
        .forEach(answer -> field.expect(NAME, "refresh after a theft", answer.outcome(), ENDED));
    passwordNow = RaceEnvironment.PASSWORD;
  }
}
