import java.io.IOException;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Somebody with one connection after the other. Every third is raw; every other stays as long as it may. */
final class Client implements Callable<Void> {
    private final Site site;
    private final Random random;
    private final boolean raw;
    private final boolean stays;
    private final int pause;
    private final CountDownLatch resting = new CountDownLatch(1);
    private volatile boolean rest;

    Client(int number, Site site, int rate, Random random) {
        this.site = site;
        this.random = random;
        this.raw = number % 3 == 2;
        this.stays = number % 2 == 0;
        this.pause = Math.max(1, 2 * 1000 / rate);
    }

    /** Does no more, but goes on listening. */
    void rest() {
        rest = true;
    }

    /** Waits until nothing of it is under way any more. */
    void awaitRest() throws InterruptedException {
        if (!resting.await(Waits.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            site.ledger.find("a client got stuck in what it sent");
        }
    }

    @Override
    public Void call() throws InterruptedException {
        while (!rest) {
            Life life = site.instances.get(random.nextInt(site.instances.size())).life;
            if (life == null) {
                Thread.sleep(50);
                continue;
            }
            try {
                int channel = raw ? Ledger.RAW.get(random.nextInt(Ledger.RAW.size())) : Ledger.EVERYBODY;
                Connection connection = Connection.open(site.ledger, life, channel);
                site.threads.submit(connection::read);
                live(connection);
            } catch (IOException e) {
                Thread.sleep(20); // the instance went away, which its connection has told the ledger
            }
        }
        resting.countDown();
        return null;
    }

    private void live(Connection connection) throws IOException, InterruptedException {
        long end =
                System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(stays ? 3_600_000 : 300 + random.nextInt(5000));
        for (int i = 0; !raw && i < 4; i++) {
            connection.subscribe(1 + random.nextInt(Ledger.CHANNELS.size() - 1));
        }
        while (!rest && System.nanoTime() - end < 0) {
            if (raw) {
                connection.publish(connection.session.channel, false);
            } else {
                act(connection);
            }
            Thread.sleep(random.nextInt(pause));
        }
        if (rest) {
            connection.settle();
        } else if (random.nextBoolean()) {
            connection.vanish();
        } else {
            connection.close();
        }
    }

    private void act(Connection connection) throws IOException, InterruptedException {
        int draw = random.nextInt(100);
        int channel = 1 + random.nextInt(Ledger.CHANNELS.size() - 1);
        if (draw < 2) {
            connection.publish(Ledger.EVERYBODY, random.nextBoolean());
        } else if (draw < 4) {
            connection.ping();
        } else if (draw < (stays ? 5 : 10)) {
            connection.unsubscribe(channel);
        } else if (draw < (stays ? 7 : 15)) {
            connection.subscribe(channel);
        } else if (draw < 20) {
            for (int i = 0; i < 10; i++) {
                connection.publish(channel, random.nextBoolean());
            }
        } else {
            connection.publish(channel, draw < 75);
        }
    }
}
