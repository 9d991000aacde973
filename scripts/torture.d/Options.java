import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/** What is asked for on the command line. */
record Options(
        long seed, int seconds, int instances, int clients, int rate, int followers, int pause, boolean lone, boolean selftest) {
    static Options parse(String[] arguments) {
        Map<String, Long> values = new HashMap<>(Map.of(
                "--seed",
                new Random().nextLong(1_000_000),
                "--seconds",
                30L,
                "--instances",
                3L,
                "--clients",
                12L,
                "--rate",
                40L,
                "--followers",
                60L,
                "--pause",
                2600L));
        Set<String> flags = new HashSet<>();
        List<String> words = Stream.of(arguments)
                .flatMap(argument -> Stream.of(argument.split("=", 2)))
                .toList();
        for (var word = words.iterator(); word.hasNext(); ) {
            String option = word.next();
            if (Set.of("--lone", "--selftest").contains(option)) {
                flags.add(option);
            } else if (values.containsKey(option) && word.hasNext()) {
                values.put(option, Long.valueOf(word.next()));
            } else {
                throw new IllegalArgumentException("not an option, or without its value: " + option);
            }
        }
        boolean lone = flags.contains("--lone");
        return new Options(
                values.get("--seed"),
                atLeastOne(values, "--seconds"),
                lone ? 1 : atLeastOne(values, "--instances"),
                atLeastOne(values, "--clients"),
                atLeastOne(values, "--rate"),
                atLeastOne(values, "--followers"),
                atLeastOne(values, "--pause"),
                lone,
                flags.contains("--selftest"));
    }

    private static int atLeastOne(Map<String, Long> values, String option) {
        long value = values.get(option);
        if (value < 1 || value > 1_000_000) {
            throw new IllegalArgumentException(option + " is not between 1 and 1000000: " + value);
        }
        return (int) value;
    }
}
