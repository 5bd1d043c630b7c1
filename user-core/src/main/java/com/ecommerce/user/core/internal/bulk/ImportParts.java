package com.ecommerce.user.core.internal.bulk;

import com.ecommerce.user.core.internal.account.AccountListener;
import com.ecommerce.user.core.internal.account.ImportWrites;
import com.ecommerce.user.core.internal.credential.JdbiPasswords;
import com.ecommerce.user.core.internal.event.EventLog;
import com.ecommerce.user.core.internal.event.JdbiSecurityLog;
import com.ecommerce.user.core.value.Uuids;
import java.time.Clock;
import java.util.List;

/** The parts of the core that an import needs. */
public record ImportParts(
    Clock clock,
    Uuids ids,
    EventLog events,
    JdbiSecurityLog securityLog,
    ImportWrites writes,
    JdbiPasswords passwords,
    List<AccountListener> listeners) {}
