package com.ecommerce.user.core.address;

/**
 * A postal address. Texts are empty if the user entered nothing. Immutable.
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
