package com.ecommerce.user.core.mail;

import java.time.Duration;

/**
 * The outbox in numbers, for metrics and health.
 *
 * @param waiting mails not sent yet, by whatever instance
 * @param oldestAge how long the oldest of them has waited; zero when none waits
 * @param failed mails that were given up and are kept
 */
public record MailStatistics(long waiting, Duration oldestAge, long failed) {}
