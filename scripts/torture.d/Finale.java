import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The end, when nothing breaks any more: all heals, everybody hears from everybody, and nothing is left behind. */
record Finale(Site site, Ledger ledger, List<Client> clients, List<Follower> followers) {
    void run() throws Exception {
        long begin = System.nanoTime();
        for (Instance instance : site.instances) {
            if (!Waits.await(Waits.PATIENCE, () -> isReady(instance.life))) {
                ledger.find(instance.life + " is not ready " + Waits.PATIENCE.toSeconds() + " s after the last fault");
            }
        }
        System.out.printf(
                "all are ready %.1f s after the last fault had ended%n", (System.nanoTime() - begin) / 1e9);
        clients.forEach(Client::rest);
        followers.forEach(Follower::rest);
        for (Client client : clients) {
            client.awaitRest();
        }
        for (Follower follower : followers) {
            follower.awaitRest();
        }
        inspect(new Inspection(site));
        List<Connection> connections = new ArrayList<>();
        for (Instance instance : site.instances) {
            Connection connection = Connection.open(ledger, instance.life, Ledger.EVERYBODY);
            connections.add(connection);
            site.threads.submit(connection::read);
            for (int channel = 1; channel < Ledger.CHANNELS.size(); channel++) {
                connection.subscribe(channel);
            }
        }
        Thread.sleep(500);
        for (Connection connection : connections) {
            for (int channel = 0; channel < Ledger.CHANNELS.size(); channel++) {
                connection.publish(channel, true);
            }
            connection.ping();
        }
        Waits.await(Waits.PATIENCE, () -> ledger.lagging(connections).isEmpty());
        ledger.lagging(connections).forEach(ledger::find);
        for (Instance instance : site.instances) {
            if (!Waits.await(Waits.PATIENCE, () -> connected(instance.life) == ledger.open(instance.life))) {
                ledger.find("%s says that %d clients are connected, and %d are"
                        .formatted(instance.life, connected(instance.life), ledger.open(instance.life)));
            }
        }
        ledger.settle();
        for (Instance instance : site.instances) {
            instance.scrape();
        }
        ledger.account();
        for (Instance instance : site.instances) {
            instance.stop();
        }
        ledger.readLogs();
    }

    /** Everybody who follows a channel has come to its end, which all instances tell alike, and all know who is in the room. */
    private void inspect(Inspection inspection) throws Exception {
        for (StoredChannel channel : site.chronicle.channels) {
            for (Instance instance : site.instances) {
                Place top = inspection.history(instance.life, channel);
                Waits.await(
                        Waits.PATIENCE,
                        () -> site.chronicle.lagging(channel, top).isEmpty());
                site.chronicle.lagging(channel, top).forEach(ledger::find);
            }
        }
        long begin = System.nanoTime();
        Duration settling = Duration.ofNanos(Attendance.SETTLING);
        for (Instance instance : site.instances) {
            Life life = instance.life;
            if (!Waits.await(
                    settling,
                    () -> site.attendance.difference(inspection.room(life)).isEmpty())) {
                ledger.find(life + ": " + site.attendance.difference(inspection.room(life)));
            }
        }
        System.out.printf("all know who is there %.1f s after everybody had come to rest%n", (System.nanoTime() - begin) / 1e9);
    }

    private boolean isReady(Life life) throws InterruptedException {
        try {
            return site.http.get(life, "/ready").statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private long connected(Life life) throws Exception {
        Map<String, Double> metrics = site.http.metrics(life);
        return Math.round(metrics.get("fanfare_connected_clients{protocol=\"raw\"}")
                + metrics.get("fanfare_connected_clients{protocol=\"json\"}"));
    }
}
