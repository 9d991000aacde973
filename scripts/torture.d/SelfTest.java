import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Shows that the ledger finds what it has to, and nothing else, with records that are made up. */
final class SelfTest {
    private static final int CHANNEL = 1;

    private long time;
    private final Findings findings = new Findings(() -> time);
    private final Ledger ledger = new Ledger(() -> time += 1_000, findings);
    private final Life a = life(1);
    private final Life b = life(2);
    private final Session publisher = ledger.opens(a, Ledger.EVERYBODY);
    private final Session near = listener(a);
    private final Session far = listener(b);

    private Life life(int instance) {
        return ledger.begins(instance, instance + ".1", 0, URI.create("http://127.0.0.1"), Path.of(""));
    }

    private Session listener(Life life) {
        Session session = ledger.opens(life, Ledger.EVERYBODY);
        change(session, "subscribe", "subscribed");
        return session;
    }

    private void change(Session session, String type, String answer) {
        ledger.answered(session, ledger.asks(session, type, CHANNEL), answer, false);
    }

    private void publish(int count, boolean local) {
        for (int i = 0; i < count; i++) {
            ledger.answered(
                    publisher, ledger.publishes(publisher, CHANNEL, true).id(), "published", local);
        }
    }

    private void deliver(Session listener, int... numbers) {
        for (int number : numbers) {
            ledger.delivered(listener, new Content(false, publisher.number, CHANNEL, number), false);
        }
    }

    private void count(Life life, String name, int value) {
        ledger.scraped(life, ledger.claim(life), Map.of(name, (double) value));
    }

    static int run() {
        Map<String, Consumer<SelfTest>> sound = new LinkedHashMap<>();
        sound.put("all delivered", test -> {
            test.publish(3, false);
            test.deliver(test.near, 0, 1, 2);
            test.deliver(test.far, 0, 1, 2);
        });
        sound.put("missed and counted", test -> {
            test.ledger.disturb(2);
            test.publish(3, false);
            test.deliver(test.near, 0, 1, 2);
            test.deliver(test.far, 0, 2);
            test.count(test.b, "fanfare_bridge_missed_total", 1);
        });
        sound.put("missed and told local", test -> {
            test.publish(1, false);
            test.publish(1, true);
            test.publish(1, false);
            test.deliver(test.near, 0, 1, 2);
            test.deliver(test.far, 0, 2);
            test.count(test.a, "fanfare_dropped_total{reason=\"relay_down\"}", 1);
            test.count(test.b, "fanfare_bridge_missed_total", 1);
        });
        sound.put("published while nobody listened", test -> {
            test.publish(1, false);
            test.deliver(test.near, 0);
            test.deliver(test.far, 0);
            test.change(test.far, "unsubscribe", "unsubscribed");
            test.publish(1, false);
            test.deliver(test.near, 1);
            test.change(test.far, "subscribe", "subscribed");
            test.publish(1, false);
            test.deliver(test.near, 2);
            test.deliver(test.far, 2);
        });
        sound.put("the link broke before anything was heard", test -> {
            test.ledger.disturb(2);
            test.publish(2, false);
            test.deliver(test.near, 0, 1);
            test.deliver(test.far, 1);
        });
        sound.put("a listener that left", test -> {
            test.publish(2, false);
            test.deliver(test.near, 0, 1);
            test.deliver(test.far, 0);
            test.ledger.closes(test.far);
            test.ledger.ended(test.far, "reset");
        });

        Map<String, Map<String, Consumer<SelfTest>>> faulty = new LinkedHashMap<>();
        fault(faulty, "own instance", "a loss at home", test -> {
            test.publish(3, false);
            test.deliver(test.near, 0, 2);
            test.deliver(test.far, 0, 1, 2);
        });
        fault(faulty, "own instance", "a loss at home at the end", test -> {
            test.publish(2, false);
            test.deliver(test.near, 0);
            test.deliver(test.far, 0, 1);
        });
        fault(faulty, "never came", "a loss elsewhere, at the beginning", test -> {
            test.publish(2, false);
            test.deliver(test.near, 0, 1);
            test.deliver(test.far, 1);
        });
        fault(faulty, "has counted 0", "a loss elsewhere, seen by what the instance counts", test -> {
            test.ledger.disturb(2);
            test.publish(3, false);
            test.deliver(test.near, 0, 1, 2);
            test.deliver(test.far, 0, 2);
            test.count(test.b, "fanfare_bridge_missed_total", 0);
        });
        fault(faulty, "only 1 did not come", "more counted than lost", test -> {
            test.ledger.disturb(2);
            test.publish(3, false);
            test.deliver(test.near, 0, 1, 2);
            test.deliver(test.far, 0, 2);
            test.count(test.b, "fanfare_bridge_missed_total", 2);
        });
        fault(faulty, "nothing was broken", "a loss for which there is no cause", test -> {
            test.publish(3, false);
            test.deliver(test.near, 0, 1, 2);
            test.deliver(test.far, 0, 2);
            test.count(test.b, "fanfare_bridge_missed_total", 1);
        });
        fault(faulty, "told so for 1", "more told local than counted", test -> {
            test.publish(1, true);
            test.deliver(test.near, 0);
        });
        fault(faulty, "twice", "a double", test -> {
            test.publish(2, false);
            test.deliver(test.near, 0, 1, 1);
            test.deliver(test.far, 0, 1);
        });
        fault(faulty, "twice", "a double over two subscriptions", test -> {
            test.publish(1, false);
            test.deliver(test.near, 0);
            test.deliver(test.far, 0);
            test.change(test.far, "unsubscribe", "unsubscribed");
            test.change(test.far, "subscribe", "subscribed");
            test.deliver(test.far, 0);
        });
        fault(faulty, "after the later", "a swap", test -> {
            test.publish(3, false);
            test.deliver(test.near, 0, 1, 2);
            test.deliver(test.far, 0, 2, 1);
        });
        fault(faulty, "right after", "two orders in one instance", test -> {
            Session other = test.ledger.opens(test.a, Ledger.EVERYBODY);
            test.publish(1, false);
            test.ledger.publishes(other, CHANNEL, false);
            Content second = new Content(false, other.number, CHANNEL, 0);
            Session third = test.listener(test.a);
            test.publish(1, false);
            test.deliver(test.near, 0);
            test.ledger.delivered(test.near, second, false);
            test.deliver(test.near, 1);
            test.deliver(third, 0, 1);
        });
        fault(faulty, "another listener of that instance", "a loss for one of two", test -> {
            Session other = test.listener(test.b);
            test.publish(3, false);
            test.deliver(test.near, 0, 1, 2);
            test.deliver(test.far, 0, 1, 2);
            test.deliver(other, 0, 2);
        });
        fault(faulty, "changed", "other bytes", test -> {
            test.publish(1, false);
            Content sent = new Content(false, test.publisher.number, CHANNEL, 0);
            test.ledger.delivered(test.near, Content.ofData(sent.spelled().replace(";", "; ")), false);
        });
        fault(faulty, "nobody published", "a message out of nothing", test -> {
            test.publish(1, false);
            test.deliver(test.near, 1);
        });
        fault(faulty, "without being subscribed", "a message after unsubscribed", test -> {
            test.change(test.far, "unsubscribe", "unsubscribed");
            test.publish(1, false);
            test.deliver(test.far, 0);
        });
        fault(faulty, "has had no answer", "no answer", test -> {
            test.ledger.publishes(test.publisher, CHANNEL, true);
            test.time += TimeUnit.MINUTES.toNanos(1);
            test.ledger.checkAnswers();
        });
        fault(faulty, "no reason", "a connection that was cut", test -> test.ledger.ended(test.far, "reset"));
        fault(faulty, "while it waits for 1", "answers in another order", test -> {
            test.ledger.publishes(test.publisher, CHANNEL, true);
            test.ledger.publishes(test.publisher, CHANNEL, true);
            test.ledger.answered(test.publisher, 2, "published", false);
        });

        int[] results = new int[2];
        sound.forEach((what, script) -> results[passes(what, "", script) ? 0 : 1]++);
        faulty.forEach((finding, scripts) ->
                scripts.forEach((what, script) -> results[passes(what, finding, script) ? 0 : 1]++));
        System.out.printf("selftest: %d passed, %d failed%n", results[0], results[1]);
        return results[1] == 0 ? 0 : 1;
    }

    private static void fault(
            Map<String, Map<String, Consumer<SelfTest>>> faulty,
            String finding,
            String what,
            Consumer<SelfTest> script) {
        faulty.computeIfAbsent(finding, key -> new LinkedHashMap<>()).put(what, script);
    }

    /** Whether the script leads to a finding with these words, or to none where there are no words. */
    private static boolean passes(String what, String finding, Consumer<SelfTest> script) {
        SelfTest test = new SelfTest();
        script.accept(test);
        test.ledger.settle();
        test.ledger.account();
        List<String> findings = test.findings.shown();
        boolean passes =
                finding.isEmpty() ? findings.isEmpty() : findings.stream().anyMatch(line -> line.contains(finding));
        if (!passes) {
            System.out.printf("FAIL %s: expected '%s', found %s%n", what, finding, findings);
        }
        return passes;
    }
}
