package com.ecommerce.user.torture;

import com.ecommerce.user.torture.RaceClient.Answer;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Checks registrations and changes to one email in several spellings, of which only one succeeds.
 */
final class EmailRace implements Race {
  private static final String NAME = "emails";
  private static final Set<String> WON_OR_LOST = Set.of(RaceClient.OK, "EMAIL_TAKEN");

  @Override
  public void run(RaceEnvironment field, int round) {
    String email = "race" + round + "@example.com";
    String mover = field.user(field.client(0), "mover" + round + "@example.com");
    String other = field.user(field.client(2), "other" + round + "@example.com");
    List<Supplier<Answer>> calls =
        List.of(
            () -> field.client(0).create(email, RaceEnvironment.PASSWORD),
            () -> field.client(1).create("RACE" + round + "@example.com", RaceEnvironment.PASSWORD),
            () -> field.client(2).create("Race" + round + "@EXAMPLE.com", RaceEnvironment.PASSWORD),
            () -> field.client(3).create("rAcE" + round + "@Example.Com", RaceEnvironment.PASSWORD),
            () -> field.client(1).changeEmail(mover, email),
            () -> field.client(2).changeEmail(other, "raCE" + round + "@example.com"));
    var answers = field.together(calls);
    answers.forEach(answer -> field.expect(NAME, "claim", answer.outcome(), WON_OR_LOST));
    var winners = answers.stream().filter(Answer::isOk).toList();
    if (winners.size() != 1 || !winners.get(0).fact("email").equals(email)) {
      field.violation(NAME, winners.size() + " claims of one email succeeded");
      return;
    }
    var taken = field.client(round).create(email, RaceEnvironment.PASSWORD);
    field.expect(NAME, "claim of a taken email", taken.outcome(), Set.of("EMAIL_TAKEN"));
    var deleted = field.client(round).delete(winners.get(0).fact("id"));
    field.expect(NAME, "delete", deleted.outcome(), Set.of(RaceClient.OK));
    var freed = field.client(round + 2).create(email, RaceEnvironment.PASSWORD);
    field.expect(NAME, "claim of a free email", freed.outcome(), Set.of(RaceClient.OK));
  }
}
