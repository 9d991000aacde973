import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What breaks when: the same for the same options. Different things may be broken at once. */
record Plan(List<Fault> faults) {
    static Plan of(Options options) {
        Random random = new Random(options.seed());
        List<Kind> urn = Stream.of(Kind.values())
                .filter(kind -> !options.lone() || kind.target.equals("instance"))
                .flatMap(kind -> IntStream.range(0, kind.weight).mapToObj(i -> kind))
                .toList();
        Map<String, Integer> busyUntil = new HashMap<>();
        List<Fault> faults = new ArrayList<>();
        for (int at = 1500; at < options.seconds() * 1000 - 1000; at += 400 + random.nextInt(options.pause())) {
            Kind kind = urn.get(random.nextInt(urn.size()));
            int instance = 1 + random.nextInt(options.instances());
            int millis = kind.least + random.nextInt(kind.most - kind.least + 1);
            String target = kind.target.equals("redis") ? kind.target : kind.target + instance;
            if (busyUntil.getOrDefault(target, 0) <= at) {
                faults.add(new Fault(kind, instance, at, millis));
                busyUntil.put(target, at + millis + Kind.REST);
            }
        }
        return new Plan(faults);
    }
}
