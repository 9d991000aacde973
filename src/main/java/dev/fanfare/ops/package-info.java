/** Metrics, health and readiness, on a port of their own. */
@NullMarked
package dev.fanfare.ops;

import org.jspecify.annotations.NullMarked;
