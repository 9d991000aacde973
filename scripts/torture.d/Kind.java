/** A way to break something, with how long it lasts in milliseconds, and how often it is drawn. */
enum Kind {
    KILL("instance", "kill -9 of instance %d, back after %d ms", 0, 1500, 3),
    STOP("instance", "SIGTERM to instance %d, back after %d ms", 0, 1000, 2),
    CUT("link", "instance %d's connections to Redis are cut", 0, 0, 3),
    REFUSE("link", "instance %d can't connect to Redis for %d ms", 200, 5000, 2),
    STALL("link", "instance %d's link to Redis stands still for %d ms", 500, 8000, 3),
    SWALLOW("link", "what goes between instance %d and Redis is swallowed for %d ms, and then cut", 200, 8000, 2),
    SWALLOW_UP("link", "what instance %d sends to Redis is swallowed for %d ms, and then cut", 200, 8000, 2),
    SWALLOW_DOWN("link", "what Redis sends to instance %d is swallowed for %d ms, and then cut", 200, 8000, 2),
    FREEZE("redis", "SIGSTOP of Redis for %2$d ms", 300, 6000, 3),
    CRASH("redis", "kill -9 of Redis, back after %2$d ms", 0, 5000, 3),
    FLUSH("redis", "flushall", 0, 0, 1),
    KILL_SUBSCRIBERS("redis", "client kill type pubsub", 0, 0, 3),
    KILL_PUBLISHERS("redis", "client kill type normal", 0, 0, 2);

    /** How long a thing is left alone after a fault of it, in milliseconds. */
    static final int REST = 2500;

    final String target;
    final String text;
    final int least;
    final int most;
    final int weight;

    Kind(String target, String text, int least, int most, int weight) {
        this.target = target;
        this.text = text;
        this.least = least;
        this.most = most;
        this.weight = weight;
    }
}
