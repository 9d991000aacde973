package dev.fanfare.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Every key with its setting: the defaults, with a file and the environment laid over them. YAML 1.2 is read (so JSON
 * is, too), as text with line numbers: no reader guesses that {@code yes} is a boolean or {@code 010} eight.
 */
final class Settings {
    private static final Pattern COMMENT = Pattern.compile("(?m)^ *+#.*+$");
    private static final String VARIABLE_PREFIX = "FANFARE_";
    /** What the commands read that are clients of an instance. */
    private static final List<String> CLIENT_VARIABLES = List.of("FANFARE_API_KEY", "FANFARE_TOKEN", "FANFARE_URL");
    /** The keys whose value is a list of sections, and the keys of such a section. */
    private static final Map<String, List<String>> SECTION_LISTS = Map.of(
            "auth.api-keys", List.of("name", "sha256", "claims"),
            "channels",
                    List.of(
                            "match",
                            "subscribe",
                            "publish",
                            "history-size",
                            "history-ttl",
                            "last",
                            "presence",
                            "join-leave",
                            "ack",
                            "conflate"));
    /** A key within the section of a list, such as {@code channels[0].match}. */
    private static final Pattern IN_LIST = Pattern.compile("(.+)\\[\\d+]\\.(.+)");

    private final Map<String, Setting> byKey;

    private Settings(Map<String, Setting> byKey) {
        this.byKey = byKey;
    }

    /** The defaults, from the file that documents them. */
    static Settings defaults() {
        String name = "fanfare.yaml";
        try (InputStream in = Settings.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing in the jar");
            }
            String yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            // Most of it are comments, which the parser would take long to pass over; lines keep their numbers.
            return new Settings(parse(COMMENT.matcher(yaml).replaceAll(""), name));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The text of a file.
     *
     * @throws UncheckedIOException where it can't be read; the message is one line that names it
     */
    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": can't be read: " + reason(e), e);
        }
    }

    /** These, with those of a YAML or JSON text over them; {@code source} names it in errors. */
    Settings overlay(String yaml, String source) {
        Map<String, Setting> merged = new LinkedHashMap<>(byKey);
        Map<String, Setting> parsed = parse(yaml, source);
        // A list takes the place of another: what stands in that one is not mixed in.
        merged.keySet().removeIf(key -> isInList(key) && parsed.containsKey(key.substring(0, key.indexOf('['))));
        for (Setting setting : parsed.values()) {
            if (!byKey.containsKey(setting.key()) && !isInList(setting.key())) {
                throw misplaced(setting);
            }
            merged.put(setting.key(), setting);
        }
        return new Settings(merged);
    }

    private static boolean isInList(String key) {
        Matcher matcher = IN_LIST.matcher(key);
        return matcher.matches()
                && SECTION_LISTS.getOrDefault(matcher.group(1), List.of()).contains(matcher.group(2));
    }

    private ConfigurationException misplaced(Setting setting) {
        String section = setting.key() + ".";
        if (byKey.keySet().stream().anyMatch(key -> key.startsWith(section))) {
            return setting.refuse("stands where a section is needed");
        }
        return new ConfigurationException(setting.source() + ": " + setting.key() + ": unknown key");
    }

    /** These, with the variables of the environment over them. */
    Settings overlay(Map<String, String> environment) {
        Map<String, Setting> merged = new LinkedHashMap<>(byKey);
        scalars().forEach(key -> {
            String value = environment.get(variable(key));
            if (value != null) {
                merged.put(key, new Setting(key, List.of(value), "environment " + variable(key)));
            }
        });
        return new Settings(merged);
    }

    /** These, with some keys as {@code other} has them. */
    Settings with(Settings other, Predicate<String> keys) {
        Map<String, Setting> mixed = new LinkedHashMap<>(byKey);
        mixed.replaceAll((key, setting) -> keys.test(key) ? other.get(key) : setting);
        return new Settings(mixed);
    }

    /** The keys, sorted, that {@code other} has other values for, or that only one of the two has. */
    Stream<String> differences(Settings other) {
        Set<String> keys = new TreeSet<>(byKey.keySet());
        keys.addAll(other.byKey.keySet());
        keys.removeIf(key -> {
            Setting here = byKey.get(key);
            Setting there = other.byKey.get(key);
            return here != null && there != null && here.items().equals(there.items());
        });
        return keys.stream();
    }

    /** The variables that look like ours and are none, sorted. */
    List<String> unknownVariables(Map<String, String> environment) {
        TreeSet<String> names = environment.keySet().stream()
                .filter(name -> name.startsWith(VARIABLE_PREFIX))
                .collect(Collectors.toCollection(TreeSet::new));
        scalars().forEach(key -> names.remove(variable(key)));
        CLIENT_VARIABLES.forEach(names::remove);
        return List.copyOf(names);
    }

    /** The keys that a variable may override. */
    private Stream<String> scalars() {
        return byKey.keySet().stream().filter(key -> !SECTION_LISTS.containsKey(key) && !isInList(key));
    }

    Setting get(String key) {
        Setting setting = byKey.get(key);
        if (setting == null) {
            throw new IllegalArgumentException(key + " is missing in conf/fanfare.yaml");
        }
        return setting;
    }

    /** The sections of a list, in their order. */
    List<Section> sections(String key) {
        Setting list = get(key);
        if (!list.items().isEmpty()) {
            throw list.refuse("is not a list of sections with " + String.join(", ", names(key)));
        }
        List<Section> sections = new ArrayList<>();
        for (int i = 0; hasSection(key + "[" + i + "]."); i++) {
            String prefix = key + "[" + i + "].";
            Map<String, Setting> byName = new LinkedHashMap<>();
            names(key).stream()
                    .filter(name -> byKey.containsKey(prefix + name))
                    .forEach(name -> byName.put(name, get(prefix + name)));
            sections.add(new Section(key + "[" + i + "]", byName));
        }
        return sections;
    }

    private static List<String> names(String key) {
        return SECTION_LISTS.getOrDefault(key, List.of());
    }

    private boolean hasSection(String prefix) {
        return byKey.keySet().stream().anyMatch(key -> key.startsWith(prefix));
    }

    /** Key and value of each setting, in the order of {@code conf/fanfare.yaml}, without passwords. */
    Map<String, String> effective() {
        Map<String, String> values = new LinkedHashMap<>();
        byKey.forEach((key, setting) -> {
            boolean hasSections = setting.items().isEmpty() && hasSection(key + "[0].");
            if (!hasSections) {
                values.put(key, setting.shown(","));
            }
        });
        return values;
    }

    private static String variable(String key) {
        return VARIABLE_PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private static Map<String, Setting> parse(String yaml, String source) {
        Map<String, Setting> found = new LinkedHashMap<>();
        try {
            Optional<Node> root = new Compose(LoadSettings.builder().build()).composeString(yaml);
            root.ifPresent(node -> collect("", node, source, found));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
            // Of an alias nothing is shown: it may be a secret that begins with a star, without quotes.
            String problem = String.valueOf(e.getProblem());
            throw new ConfigurationException(source + ":" + line + ": no valid YAML: "
                    + (problem.contains("alias") ? "a value that begins with * needs quotes" : problem));
        } catch (YamlEngineException e) {
            throw new ConfigurationException(source + ": no valid YAML: " + oneLine(e.getMessage()));
        }
        return found;
    }

    private static void collect(String key, Node node, String source, Map<String, Setting> found) {
        String where = where(node, source);
        if (node.isRecursive()) {
            throw new ConfigurationException(where + ": " + key + ": holds itself");
        }
        if (node instanceof MappingNode mapping) {
            Set<String> names = new HashSet<>();
            for (NodeTuple entry : mapping.getValue()) {
                String name = scalar(key, entry.getKeyNode(), where);
                if (!names.add(name)) {
                    throw new ConfigurationException(
                            where(entry.getKeyNode(), source) + ": " + join(key, name) + ": stands there twice");
                }
                collect(join(key, name), entry.getValueNode(), source, found);
            }
        } else if (key.isEmpty()) {
            throw new ConfigurationException(where + ": the configuration is sections of keys and values");
        } else {
            List<String> items = new ArrayList<>();
            if (node instanceof SequenceNode sequence && SECTION_LISTS.containsKey(key)) {
                collectSections(key, sequence, source, found, items);
            } else if (node instanceof SequenceNode sequence) {
                sequence.getValue().forEach(item -> items.add(scalar(key, item, where)));
            } else {
                items.add(scalar(key, node, where));
            }
            if (found.put(key, new Setting(key, items, where)) != null) {
                throw new ConfigurationException(where + ": " + key + ": stands there twice");
            }
        }
    }

    private static void collectSections(
            String key, SequenceNode list, String source, Map<String, Setting> found, List<String> items) {
        int index = 0;
        for (Node item : list.getValue()) {
            if (!(item instanceof MappingNode mapping)) {
                items.add(scalar(key, item, where(item, source)));
            } else if (mapping.getValue().isEmpty()) {
                throw new ConfigurationException(where(item, source) + ": " + key + ": an empty section");
            } else {
                collect(key + "[" + index++ + "]", mapping, source, found);
            }
        }
    }

    private static String where(Node node, String source) {
        return source
                + node.getStartMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
    }

    private static String join(String section, String name) {
        return section.isEmpty() ? name : section + "." + name;
    }

    private static String scalar(String key, Node node, String where) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw new ConfigurationException(where + ": " + key + ": a plain value is needed, not a structure");
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (e instanceof CharacterCodingException) {
            return "it is no UTF-8";
        }
        return e instanceof AccessDeniedException ? "permission denied" : oneLine(e.getMessage());
    }

    private static String oneLine(@Nullable String text) {
        return String.valueOf(text).replaceAll("\\s+", " ");
    }
}
