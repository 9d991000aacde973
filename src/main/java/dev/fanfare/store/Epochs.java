package dev.fanfare.store;

import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Draws epochs: 64 random bits each, so that none comes twice. Belongs to one event loop. */
public final class Epochs implements Supplier<String> {
    private static final int RADIX = 36;

    private final SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());

    @Override
    public String get() {
        return Long.toUnsignedString(random.nextLong(), RADIX);
    }
}
