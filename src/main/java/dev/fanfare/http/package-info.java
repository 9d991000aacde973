/**
 * The listener, the handshake, the pages, the HTTP API, the sessions and the local fan-out. Everything here exists once per event
 * loop and belongs to it, but for {@link dev.fanfare.http.Admission}, which counts for all loops.
 */
@NullMarked
package dev.fanfare.http;

import org.jspecify.annotations.NullMarked;
