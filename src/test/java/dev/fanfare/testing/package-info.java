/**
 * What the tests of every package are made with: peers that speak to a server over plain blocking sockets, and the server
 * itself as a fixture.
 *
 * <p>A {@link dev.fanfare.testing.WebSocketPeer} is an honest client that can also be told to break every rule of RFC 6455:
 * it writes any bytes at all, and it checks each frame that it reads, so that a server which masks, pads a length or sets a
 * reserved bit fails the test that happened to meet it. A {@link dev.fanfare.testing.Frame} is what is said, an
 * {@link dev.fanfare.testing.Encoding} how it is spelled on the wire, and {@link dev.fanfare.testing.Deflate} what it holds
 * where it is compressed. An {@link dev.fanfare.testing.HttpPeer} says what
 * comes before the upgrade, and {@link dev.fanfare.testing.UpgradeRequest} is an honest request to take pieces out of.
 * {@link dev.fanfare.testing.Instance} is a server within this JVM, {@link dev.fanfare.testing.InstanceProcess} one in a JVM
 * of its own, and {@link dev.fanfare.testing.SharedInstance} one that all tests of a class share, with its figures checked
 * after each of them. {@link dev.fanfare.testing.RedisServer} is the real Redis, {@link dev.fanfare.testing.RedisCluster} and
 * {@link dev.fanfare.testing.RedisSentinel} are several of it, and {@link dev.fanfare.testing.TcpProxy} is the network in
 * between, when it fails. Every wait is for the thing itself, and bounded by {@link dev.fanfare.testing.Wire#PATIENCE}.
 */
@NullMarked
package dev.fanfare.testing;

import org.jspecify.annotations.NullMarked;
