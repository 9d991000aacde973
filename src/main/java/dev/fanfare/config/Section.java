package dev.fanfare.config;

import java.util.Map;
import java.util.Optional;

/**
 * One section of a list of them.
 *
 * @param key such as {@code channels[0]}
 * @param settings what stands in it, at least one
 */
record Section(String key, Map<String, Setting> settings) {
    Setting required(String name) {
        Setting found = settings.get(name);
        if (found == null) {
            String source = settings.values().iterator().next().source();
            throw new ConfigurationException(source + ": " + key + "." + name + ": is missing");
        }
        return found;
    }

    Optional<Setting> get(String name) {
        return Optional.ofNullable(settings.get(name));
    }
}
