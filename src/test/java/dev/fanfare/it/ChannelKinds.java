package dev.fanfare.it;

import java.util.concurrent.atomic.AtomicInteger;

/** The rules of the instances on which histories and presence are tested, and names that each is used for once. */
final class ChannelKinds {
    /** Keeps 100 messages. */
    static final String KEPT = "kept";
    /** Keeps 5. */
    static final String SMALL = "small";
    /** Keeps them for a second. */
    static final String BRIEF = "brief";
    /** Keeps 1,000. */
    static final String LONG = "long";
    /** Gives the newest to who comes. */
    static final String LAST = "last";
    /** Keeps 100 for consumers that acknowledge. */
    static final String WORK = "work";
    /** Keeps 3 for them. */
    static final String SHORT_WORK = "short";
    /** Tells who is there. */
    static final String QUIET = "quiet";
    /** Tells who is there, and who comes and goes. */
    static final String ROOM = "room";
    /** For nobody to subscribe to. */
    static final String SECRET = "secret";
    /** As if there were no rule. */
    static final String LIVE = "live";

    static final String RULES = """
            channels=[
              {"match": "kept:*", "history-size": 100},
              {"match": "small:*", "history-size": 5},
              {"match": "brief:*", "history-size": 100, "history-ttl": "1s"},
              {"match": "long:*", "history-size": 1000},
              {"match": "last:*", "last": true},
              {"match": "work:*", "history-size": 100, "ack": true},
              {"match": "short:*", "history-size": 3, "ack": true},
              {"match": "quiet:*", "presence": true},
              {"match": "room:*", "presence": true, "join-leave": true},
              {"match": "secret:*", "history-size": 10, "presence": true, "subscribe": "nobody"}
            ]""";

    private static final AtomicInteger COUNT = new AtomicInteger();

    private ChannelKinds() {}

    /** A channel of this kind that nobody has used. */
    static String fresh(String kind) {
        return kind + ":" + COUNT.incrementAndGet();
    }
}
