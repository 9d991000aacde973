/**
 * What is kept of channels, as ports, each with its version in memory for an instance on its own. That of a cluster is in
 * {@code cluster}; one contract test runs against both.
 */
@NullMarked
package dev.fanfare.store;

import org.jspecify.annotations.NullMarked;
