package io.torvyn.config;

import io.torvyn.types.Diagnostic;

/**
 * What one layer says of one key.
 *
 * @param rank the higher has the last word
 * @param key as it was written: a key may go by several names
 * @param path the same with the tables around it
 */
record Said(int rank, Layer layer, String key, String path, Diagnostic.Location keyAt, TomlNode value) {}
