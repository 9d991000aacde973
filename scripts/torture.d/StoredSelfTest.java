import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/** Shows that the chronicle and the attendance find what they have to, and nothing else, with records that are made up. */
final class StoredSelfTest {
    private long time;
    private final Findings findings = new Findings(() -> time);
    private final Ledger ledger = new Ledger(() -> time, findings);
    private final Chronicle chronicle = new Chronicle(findings);
    private final Attendance attendance = new Attendance(() -> time, findings, ledger);
    private final Life life = ledger.begins(1, "1.1", 0, URI.create("http://127.0.0.1"), Path.of(""));
    /** Of which 20 messages are kept. */
    private final StoredChannel channel = chronicle.channels.get(3);

    private final Following following = chronicle.follows(1, channel);

    private static Place at(long offset) {
        return new Place("e", offset);
    }

    private static Note note(long offset) {
        return new Note(offset, "1:" + offset);
    }

    private void publish(long first, long last) {
        LongStream.rangeClosed(first, last).forEach(n -> chronicle.published(channel, at(n), "1:" + n));
    }

    private void get(long... offsets) {
        LongStream.of(offsets).forEach(offset -> chronicle.gets(following, note(offset)));
    }

    private void begin(int published) {
        chronicle.begins(following, at(0));
        publish(1, published);
    }

    private void settle() {
        time += 2 * Attendance.SETTLING;
    }

    static int run() {
        Map<String, Consumer<StoredSelfTest>> sound = new LinkedHashMap<>();
        sound.put("all in order", test -> {
            test.begin(3);
            test.get(1, 2, 3);
            test.chronicle.keeps(test.channel, test.life, at(3), List.of(note(1), note(2), note(3)));
        });
        sound.put("recovered", test -> {
            test.begin(3);
            test.get(1);
            test.chronicle.recovers(test.following, List.of(note(2), note(3)), at(3));
        });
        sound.put("a message that is published again with its key", test -> {
            test.begin(2);
            test.publish(2, 2);
        });
        sound.put("trimmed", test -> {
            test.begin(21);
            test.chronicle.loses(test.following, at(21));
        });
        sound.put("flushed", test -> {
            test.begin(2);
            test.chronicle.flushes();
            test.chronicle.published(test.channel, new Place("f", 1), "1:2");
            test.chronicle.loses(test.following, new Place("f", 1));
        });
        sound.put("there, and told", test -> {
            test.attendance.enters("s", test.life);
            test.settle();
            test.attendance.compare(test.life, test.time, Set.of("s"));
        });
        sound.put("just come, and just gone", test -> {
            test.attendance.enters("gone", test.life);
            test.attendance.leaves("gone");
            test.attendance.enters("s", test.life);
            test.attendance.compare(test.life, test.time, Set.of("gone"));
        });
        sound.put("not told while the link was broken", test -> {
            test.attendance.enters("s", test.life);
            test.settle();
            test.ledger.disturb(1);
            test.attendance.compare(test.life, test.time, Set.of());
        });

        Map<String, Map<String, Consumer<StoredSelfTest>>> faulty = new LinkedHashMap<>();
        fault(faulty, "got 1:3 at 3 behind e:1", "a gap", test -> {
            test.begin(3);
            test.get(1, 3);
        });
        fault(faulty, "got 1:1 at 1 behind e:1", "a double", test -> {
            test.begin(2);
            test.get(1, 1);
        });
        fault(faulty, "where 1:2 was before", "another message in its place", test -> {
            test.begin(2);
            test.get(1);
            test.chronicle.gets(test.following, new Note(2, "2:1"));
        });
        fault(faulty, "twice on", "a message in two places", test -> {
            test.begin(2);
            test.chronicle.published(test.channel, at(3), "1:2");
        });
        fault(faulty, "around it", "another order than its publisher's", test -> {
            test.chronicle.published(test.channel, at(1), "1:2");
            test.chronicle.published(test.channel, at(2), "1:1");
        });
        fault(faulty, "is said to be at e:3", "a part", test -> {
            test.begin(3);
            test.chronicle.recovers(test.following, List.of(note(1), note(2)), at(3));
        });
        fault(faulty, "20 are kept", "lost, though it is kept", test -> {
            test.begin(20);
            test.chronicle.loses(test.following, at(20));
        });
        fault(faulty, "nothing was flushed", "another history for no reason", test -> {
            test.begin(2);
            test.chronicle.loses(test.following, new Place("f", 0));
        });
        fault(faulty, "2 was confirmed", "a history that lost its end", test -> {
            test.begin(2);
            test.chronicle.keeps(test.channel, test.life, at(1), List.of(note(1)));
        });
        fault(faulty, "in its history where 2 should be", "a history with a gap", test -> {
            test.begin(3);
            test.chronicle.keeps(test.channel, test.life, at(3), List.of(note(1), note(3)));
        });
        fault(faulty, "does not say so", "there, and not told", test -> {
            test.attendance.enters("s", test.life);
            test.settle();
            test.attendance.compare(test.life, test.time, Set.of());
        });
        fault(faulty, "says that it is there", "gone for long, and told", test -> {
            test.attendance.enters("s", test.life);
            test.attendance.leaves("s");
            test.settle();
            test.attendance.compare(test.life, test.time, Set.of("s"));
        });
        fault(faulty, "is said to have left", "a leave of who is there", test -> {
            test.attendance.enters("s", test.life);
            test.attendance.hears(Map.of("type", "\"leave\"", "data", "{\"session\":\"s\"}"));
        });

        int[] results = new int[2];
        sound.forEach((what, script) -> results[passes(what, "", script) ? 0 : 1]++);
        faulty.forEach((finding, scripts) ->
                scripts.forEach((what, script) -> results[passes(what, finding, script) ? 0 : 1]++));
        System.out.printf("selftest of stored channels: %d passed, %d failed%n", results[0], results[1]);
        return results[1] == 0 ? 0 : 1;
    }

    private static void fault(
            Map<String, Map<String, Consumer<StoredSelfTest>>> faulty,
            String finding,
            String what,
            Consumer<StoredSelfTest> script) {
        faulty.computeIfAbsent(finding, key -> new LinkedHashMap<>()).put(what, script);
    }

    private static boolean passes(String what, String finding, Consumer<StoredSelfTest> script) {
        StoredSelfTest test = new StoredSelfTest();
        script.accept(test);
        List<String> findings = test.findings.shown();
        boolean passes =
                finding.isEmpty() ? findings.isEmpty() : findings.stream().anyMatch(line -> line.contains(finding));
        if (!passes) {
            System.out.printf("FAIL %s: expected '%s', found %s%n", what, finding, findings);
        }
        return passes;
    }
}
