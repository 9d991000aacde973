/**
 * The bridge to the other instances, through Redis. {@code Bridge} knows which channels are wanted and on which server
 * of Redis each of them is, as {@code Sentinels} or {@code ClusterNodes} say ({@code Topology}); a {@code Link} keeps the
 * connection to one server alive and subscribed; an {@code Envelope} is a message as it travels; {@code Continuity}
 * notices what was missed. All of it belongs to the event loop of {@code BridgeVerticle}, and meets the hub on the bus.
 */
@NullMarked
package dev.fanfare.cluster;

import org.jspecify.annotations.NullMarked;
