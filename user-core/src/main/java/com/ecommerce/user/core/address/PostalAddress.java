package com.ecommerce.user.core.address;

/**
 * A place that mail reaches. Texts are empty where nothing was told.
 *
 * @param line1 street and number; never empty
 * @param line2 flat, floor, building
 * @param city never empty
 * @param state state, province or region
 */
public record PostalAddress(
    String line1,
    String line2,
    String city,
    String state,
    String postalCode,
    CountryCode country) {}
