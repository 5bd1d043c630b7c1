package com.ecommerce.user.core.mail;

import java.time.Duration;

/**
 * Figures of the queue of mails, for metrics and health.
 *
 * @param waiting the number of mails of all instances that are not sent yet
 * @param oldestAge the time since the oldest of them was queued; zero if none waits
 * @param failed the number of mails that were given up and are kept
 */
public record MailStatistics(long waiting, Duration oldestAge, long failed) {}
