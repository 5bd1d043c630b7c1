package com.ecommerce.user.torture;

import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;

/**
 * A check of the service's promises under conditions that are too long or too rough for the test
 * suite. A new one is a class of its own and a line in {@link Torture}. Campaigns are bounded in
 * time, connect to this machine only, and end the processes that they start.
 */
interface Campaign {
  /** Returns what the campaign does, in a few words. */
  String description();

  /**
   * Runs the campaign.
   *
   * @param out receives the figures, in lines that are indented by two spaces
   * @return the broken promise, or an empty text
   */
  String run(CampaignOptions options, PrintStream out)
      throws IOException, InterruptedException, SQLException;
}
