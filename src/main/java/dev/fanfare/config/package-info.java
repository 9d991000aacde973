/**
 * The whole configuration as one tree of validated records. {@code conf/fanfare.yaml} is packed into the jar: it
 * documents every key, is the default of every key, and is the list of the keys there are. A file and the environment
 * are laid over it, and {@link dev.fanfare.config.Configuration} is made of the result or refuses it.
 */
@NullMarked
package dev.fanfare.config;

import org.jspecify.annotations.NullMarked;
