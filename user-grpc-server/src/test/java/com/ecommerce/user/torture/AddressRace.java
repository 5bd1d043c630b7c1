package com.ecommerce.user.torture;

import com.ecommerce.user.torture.Linearizability.Operation;
import com.ecommerce.user.torture.RaceClient.AddressFacts;
import com.ecommerce.user.torture.RaceClient.Answer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Checks addresses: labels are linearizable, since lists of addresses come from the database; there
 * is one default of each kind; a user has at most 50.
 */
final class AddressRace implements Race {
  private static final String NAME = "addresses";
  private static final int CALLS = 20;
  private static final int LIMIT = 50;
  private static final int ROUNDS_PER_LIMIT = 5;
  private static final Set<String> DONE = Set.of(RaceClient.OK);
  private static final Set<String> DONE_OR_GONE = Set.of(RaceClient.OK, "ADDRESS_NOT_FOUND");
  private static final Set<String> DONE_OR_FULL = Set.of(RaceClient.OK, "ADDRESS_LIMIT_REACHED");

  @Override
  public void run(RaceEnvironment field, int round) {
    String userId = field.user(field.client(2 * round), "addresses" + round + "@example.com");
    labels(field, userId, round);
    defaults(field, userId);
    if (round % ROUNDS_PER_LIMIT == 0) {
      limit(field, userId);
    }
  }

  private static void labels(RaceEnvironment field, String userId, int round) {
    String address = field.client(round).addAddress(userId).fact("id");
    List<Operation> history = Collections.synchronizedList(new ArrayList<>());
    List<Supplier<Void>> threads = new ArrayList<>();
    for (int i = 0; i < field.clients().size(); i++) {
      int number = i;
      threads.add(
          () -> {
            label(field, number, userId, address, new Random(17L * round + number), history);
            return null;
          });
    }
    field.together(threads);
    field.outcomes().add(NAME + " calls in checked histories", history.size());
    if (!Linearizability.isLinearizable("", history)) {
      field.violation(NAME, "the history of a label is not linearizable: " + history);
    }
  }

  private static void label(
      RaceEnvironment field,
      int number,
      String userId,
      String address,
      Random random,
      List<Operation> history) {
    var client = field.client(number);
    for (int i = 0; i < CALLS; i++) {
      long began = System.nanoTime();
      if (random.nextBoolean()) {
        String label = number + "-" + i;
        var answer = client.label(userId, address, label);
        field.expect(NAME, "label", answer.outcome(), DONE);
        history.add(Operation.write(label, began, System.nanoTime()));
      } else {
        String label = client.addresses(userId).get(0).label();
        history.add(Operation.read(label, began, System.nanoTime()));
      }
    }
  }

  private static void defaults(RaceEnvironment field, String userId) {
    var creator = field.client(0);
    String second = creator.addAddress(userId).fact("id");
    String third = creator.addAddress(userId).fact("id");
    String first = creator.addresses(userId).get(0).id();
    List<Supplier<Answer>> calls =
        List.of(
            () -> field.client(0).setDefault(userId, second),
            () -> field.client(1).setDefault(userId, third),
            () -> field.client(2).deleteAddress(userId, first),
            () -> field.client(3).deleteAddress(userId, second),
            () -> field.client(1).addAddress(userId),
            () -> look(field, field.client(2), userId),
            () -> look(field, field.client(3), userId));
    for (Answer answer : field.together(calls)) {
      field.expect(NAME, "call about defaults", answer.outcome(), DONE_OR_GONE);
    }
    for (RaceClient client : field.clients()) {
      look(field, client, userId);
    }
  }

  /**
   * Checks that there is a default of each kind, since there are always addresses of both kinds.
   */
  private static Answer look(RaceEnvironment field, RaceClient client, String userId) {
    var addresses = client.addresses(userId);
    long shipping = addresses.stream().filter(AddressFacts::isShipping).count();
    long billing = addresses.stream().filter(AddressFacts::isBilling).count();
    if (shipping != 1 || billing != 1) {
      field.violation(NAME, shipping + " and " + billing + " defaults: " + addresses);
    }
    return new Answer(RaceClient.OK, Map.of());
  }

  private static void limit(RaceEnvironment field, String userId) {
    int present = field.client(0).addresses(userId).size();
    for (int i = present; i < LIMIT - 3; i++) {
      field.client(i).addAddress(userId);
    }
    List<Supplier<Answer>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      var client = field.client(i);
      calls.add(() -> client.addAddress(userId));
    }
    for (Answer answer : field.together(calls)) {
      field.expect(NAME, "add near the limit", answer.outcome(), DONE_OR_FULL);
    }
    int count = field.client(1).addresses(userId).size();
    if (count != LIMIT) {
      field.violation(NAME, count + " addresses after 8 concurrent additions to " + (LIMIT - 3));
    }
  }
}
