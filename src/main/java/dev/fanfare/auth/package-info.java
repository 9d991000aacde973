/**
 * Who may connect, subscribe and publish. {@link dev.fanfare.auth.Policies} makes a {@link dev.fanfare.auth.Policy} of each configuration:
 * an {@link dev.fanfare.auth.Authenticator}, which turns the {@link dev.fanfare.auth.Credentials} of a client into an {@link
 * dev.fanfare.auth.Identity} or denies, and a {@link dev.fanfare.auth.ChannelAuthorizer}, which says what an identity may do. Those who
 * embed Fanfare bring their own ({@link dev.fanfare.auth.Plugins}). Sessions ask by the {@link dev.fanfare.auth.Access} of their event loop,
 * which brings every answer there in time, and takes whatever goes wrong for a no.
 */
@NullMarked
package dev.fanfare.auth;

import org.jspecify.annotations.NullMarked;
