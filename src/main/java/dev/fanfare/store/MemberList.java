package dev.fanfare.store;

import dev.fanfare.protocol.ErrorCode;
import dev.fanfare.protocol.Member;
import dev.fanfare.protocol.ProtocolException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Members, as they are gathered for one answer: not more than one may take. */
public final class MemberList {
    /** How many bytes they may take as JSON. */
    public static final int MOST_BYTES = 1 << 20;

    private final List<Member> members = new ArrayList<>();
    private long bytes;

    /**
     * Takes one more.
     *
     * @param size in bytes, as JSON
     * @throws ProtocolException {@code too_large} where it is one too many
     */
    public void add(Member member, int size) throws ProtocolException {
        members.add(member);
        bytes += size;
        if (bytes > MOST_BYTES) {
            throw new ProtocolException(ErrorCode.TOO_LARGE, "more than " + MOST_BYTES + " bytes of members");
        }
    }

    /** Those that were taken. */
    public List<Member> members() {
        return Collections.unmodifiableList(members);
    }
}
