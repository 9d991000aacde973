import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What is broken: Redis, the links to it, and the instances; and the threads that do it. */
final class Site {
    final Options options;
    final Path folder;
    final Ledger ledger;
    final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Process> processes = ConcurrentHashMap.newKeySet();
    final Findings findings;
    final Chronicle chronicle;
    final Attendance attendance;
    final Http http = new Http();
    final List<Instance> instances = new ArrayList<>();
    final Redis redis;
    private volatile boolean over;

    Site(Options options, Path folder, Ledger ledger, Findings findings) {
        this.options = options;
        this.folder = folder;
        this.ledger = ledger;
        this.findings = findings;
        this.chronicle = new Chronicle(findings);
        this.attendance = new Attendance(System::nanoTime, findings, ledger);
        this.redis = new Redis(this);
    }

    void start() throws Exception {
        if (!options.lone()) {
            redis.start();
        }
        for (int number = 1; number <= options.instances(); number++) {
            instances.add(new Instance(number, this));
        }
        for (Instance instance : instances) {
            instance.start();
        }
    }

    /** Starts a process that is ended with this program at the latest. */
    synchronized Process start(Path log, List<String> command) throws IOException {
        if (over) {
            throw new IllegalStateException("it is over");
        }
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("FANFARE_"));
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        processes.removeIf(ended -> !ended.isAlive());
        processes.add(process);
        return process;
    }

    boolean isOver() {
        return over;
    }

    /** Lets a fault happen at its time, and end. */
    void cause(Fault fault, long start) throws Exception {
        Waits.sleepUntil(start, fault.at());
        Instance instance = instances.get(fault.instance() - 1);
        switch (fault.kind().target) {
            case "instance" -> end(fault, instance);
            case "redis" -> disturb(fault, redis, Ledger.ALL, instance.link);
            default -> disturb(fault, instance.link, instance.number, instance.link);
        }
    }

    private void end(Fault fault, Instance instance) throws Exception {
        if (options.lone()) {
            chronicle.flushes(); // what it keeps, it keeps in its memory
        }
        synchronized (instance) { // a start may take longer than the plan has it
            if (fault.kind() == Kind.KILL) {
                instance.kill();
            } else {
                instance.stop();
            }
            Thread.sleep(fault.millis());
            instance.start();
        }
    }

    private void disturb(Fault fault, Object target, int instance, Link link) throws Exception {
        synchronized (target) {
            Ledger.Disturbance disturbance = ledger.disturb(instance);
            try {
                disturb(fault, link);
            } finally {
                ledger.healed(disturbance);
            }
        }
    }

    private void disturb(Fault fault, Link link) throws Exception {
        switch (fault.kind()) {
            case CUT -> link.cut();
            case REFUSE -> link.stand(Link.Mode.REFUSE, fault.millis(), true);
            case STALL -> link.stand(Link.Mode.STALL, fault.millis(), false);
            case SWALLOW -> link.stand(Link.Mode.SWALLOW, fault.millis(), true);
            case SWALLOW_UP -> link.stand(Link.Mode.SWALLOW_UP, fault.millis(), true);
            case SWALLOW_DOWN -> link.stand(Link.Mode.SWALLOW_DOWN, fault.millis(), true);
            case FREEZE -> redis.freeze(fault.millis());
            case CRASH -> redis.crash(fault.millis());
            case FLUSH -> {
                chronicle.flushes();
                redis.command("FLUSHALL");
            }
            case KILL_SUBSCRIBERS -> redis.command("CLIENT KILL TYPE pubsub");
            case KILL_PUBLISHERS -> redis.command("CLIENT KILL TYPE normal");
            default -> throw new IllegalStateException(fault.toString());
        }
    }

    /** Reads the counters of the instances again and again, and looks for answers that don't come. */
    Void watch() throws InterruptedException {
        Inspection inspection = new Inspection(this);
        int round = 0;
        while (!over) {
            ledger.checkAnswers();
            for (Instance instance : instances) {
                instance.scrape();
            }
            inspection.compare(instances.get(round++ % instances.size()).life);
            Thread.sleep(200);
        }
        return null;
    }

    synchronized void close() {
        findings.close();
        over = true;
        processes.forEach(Process::destroyForcibly);
        processes.forEach(process -> process.onExit().join());
    }
}
