package com.ecommerce.user.core.session;

import java.util.UUID;

/** Another service that may ask for tokens. */
public record ServiceClient(UUID id, String name) {}
