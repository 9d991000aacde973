/** A whole instance and real sockets: what clients and operators are promised. */
@NullMarked
package dev.fanfare.it;

import org.jspecify.annotations.NullMarked;
