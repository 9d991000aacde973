/**
 * RFC 6455 held against the server, over raw TCP and with no client library in between.
 *
 * <p>Each class has a theme and an instance of its own, and after every test the instance's figures have to add up
 * ({@link dev.fanfare.testing.SharedInstance}). Where the RFC leaves a choice, the strictest reading is the one that is
 * tested: what a violation has a close code for is closed with that code, and TCP ends behind it.
 */
@NullMarked
package dev.fanfare.conformance;

import org.jspecify.annotations.NullMarked;
