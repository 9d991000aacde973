/** What there is to publish, as it comes. */
@NullMarked
package dev.fanfare.cli.publish;

import org.jspecify.annotations.NullMarked;
