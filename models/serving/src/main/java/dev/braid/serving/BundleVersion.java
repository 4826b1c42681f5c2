package dev.braid.serving;

/**
 * A bundle in a watched place, as its files are at one moment.
 *
 * @param bundle its name there
 * @param files name, size and time of every file; equal as long as nobody writes there
 */
public record BundleVersion(String bundle, String files) {}
