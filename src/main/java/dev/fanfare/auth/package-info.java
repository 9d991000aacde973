/** Who may connect, subscribe and publish. */
@NullMarked
package dev.fanfare.auth;

import org.jspecify.annotations.NullMarked;
