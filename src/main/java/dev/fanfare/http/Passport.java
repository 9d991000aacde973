package dev.fanfare.http;

import dev.fanfare.protocol.Command.Wish;
import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.Member;
import dev.fanfare.protocol.Payload;
import dev.fanfare.protocol.ProtocolException;
import io.vertx.core.json.Json;

/** As whom others see a session. */
record Passport(String session, Clearance clearance) {
    /**
     * The session, on a channel that it has such a wish for.
     *
     * @throws ProtocolException where what its token says of it is too large
     */
    Member member(Wish wish) throws ProtocolException {
        Object claim = clearance.identity().claims().get("info");
        Payload info = claim == null
                ? wish.info()
                : Payload.of(Payload.Kind.JSON, Json.encodeToBuffer(claim).getBytes());
        if (info != null && info.size() > Member.MOST_INFO) {
            throw new ProtocolException(
                    ErrorCode.TOO_LARGE, "the claim 'info' of the token has more than " + Member.MOST_INFO + " bytes");
        }
        return new Member(session, clearance.identity().user(), info);
    }
}
