import java.io.PrintStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Who is in the room, in truth and as instances tell it. One lock guards it. */
final class Attendance {
    static final String ROOM = "room";

    /** How long after a fault what is told may differ from the truth: a lease, the pause before a leave, and some seconds. */
    static final long SETTLING = TimeUnit.SECONDS.toNanos(10 + 5 + 10);

    /** A session in the room. */
    private record Stay(Life life, long since) {}

    private final LongSupplier clock;
    private final Findings findings;
    private final Ledger ledger;
    private final Map<String, Stay> there = new HashMap<>();
    private final Map<String, Long> leftAt = new HashMap<>();
    private long compared;
    private long judged;
    private long words;

    Attendance(LongSupplier clock, Findings findings, Ledger ledger) {
        this.clock = clock;
        this.findings = findings;
        this.ledger = ledger;
    }

    synchronized void enters(String session, Life life) {
        if (!leftAt.containsKey(session)) {
            there.put(session, new Stay(life, clock.getAsLong()));
        }
    }

    synchronized void leaves(String session) {
        if (leftAt.putIfAbsent(session, clock.getAsLong()) == null) {
            there.remove(session);
        }
    }

    /** A join or a leave is told. */
    synchronized void hears(Map<String, String> message) {
        words++;
        String session = Json.unquoted(Json.members(message.get("data")).get("session"));
        Stay stay = there.get(session);
        if (message.get("type").equals("\"leave\"") && stay != null && isCalm(stay.life())) {
            findings.add("%s is said to have left, but it is there, on %s".formatted(session, stay.life()));
        }
    }

    /** Whether nothing that concerns an instance was broken for as long as it takes to settle. */
    private boolean isCalm(Life life) {
        long now = clock.getAsLong();
        return !life.leaving && !ledger.disturbed(life, now - SETTLING, now);
    }

    /** An instance tells who is there, after it was asked at a time: who has been there for long, and nobody who left long ago. */
    synchronized void compare(Life asked, long askedAt, Set<String> told) {
        if (!isCalm(asked)) {
            return;
        }
        compared++;
        there.forEach((session, stay) -> {
            if (isCalm(stay.life()) && askedAt - stay.since() > SETTLING) {
                judged++;
                if (!told.contains(session)) {
                    findings.add("%s is there, on %s, but %s does not say so".formatted(session, stay.life(), asked));
                }
            }
        });
        for (String session : told) {
            Long left = leftAt.get(session);
            if (left != null && askedAt - left > SETTLING) {
                findings.add("%s has left %.1f s ago, but %s says that it is there"
                        .formatted(session, (askedAt - left) / 1e9, asked));
            }
        }
    }

    /** In words, how what is told differs from the truth, or nothing. */
    synchronized String difference(Set<String> told) {
        Set<String> missing = new HashSet<>(there.keySet());
        missing.removeAll(told);
        Set<String> more = new HashSet<>(told);
        more.removeAll(there.keySet());
        return missing.isEmpty() && more.isEmpty()
                ? ""
                : "of %d who are there %d are not told, and %d are who are not there: %s %s"
                        .formatted(there.size(), missing.size(), more.size(), missing, more);
    }

    synchronized void report(PrintStream out) {
        out.printf(
                "%,9d joins and leaves heard; %d times all who were there compared, %,d of them judged%n",
                words, compared, judged);
    }
}
