package com.ecommerce.user.core.session;

import java.util.UUID;

/** Another service of the platform that may request tokens. Immutable. */
public record ServiceClient(UUID id, String name) {}
