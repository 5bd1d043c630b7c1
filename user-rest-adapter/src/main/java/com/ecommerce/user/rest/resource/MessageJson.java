package com.ecommerce.user.rest.resource;

/** A response that only contains a message for people. */
public record MessageJson(String message) {}
