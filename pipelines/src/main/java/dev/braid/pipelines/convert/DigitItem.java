package dev.braid.pipelines.convert;

/**
 * One item of one modality of the digits.
 *
 * @param id unique in its modality
 * @param digit its class, 0 to 9
 */
record DigitItem<T>(String id, int digit, T content) {}
