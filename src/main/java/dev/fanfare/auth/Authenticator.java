package dev.fanfare.auth;

import io.vertx.core.Future;
import java.util.Optional;

/** Tells who a client is by what it shows. Called by all event loops, which it must not block. */
public interface Authenticator {
    /**
     * Who shows these; also asked where they have no token. Completed by any thread; a failure, an exception and what takes
     * longer than {@code auth.timeout} all deny, with a {@link DeniedException} for a reason of one's own.
     *
     * @return {@link Identity#ANONYMOUS} for one who has shown nothing, and may be let in all the same
     */
    Future<Identity> authenticate(Credentials credentials);

    /**
     * Who one is now that was authenticated earlier, perhaps by another configuration; empty where it would not be let in any more. At once, by
     * what is known.
     */
    default Optional<Identity> renew(Identity identity) {
        return Optional.of(identity);
    }
}
