package dev.fanfare.config;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The proxies that are believed when they say on whose behalf they connect. */
public record TrustedProxies(List<Block> blocks) {
    private static final Pattern BLOCK = Pattern.compile("([0-9A-Fa-f:.]+)(?:/(\\d{1,3}))?");

    public TrustedProxies {
        blocks = List.copyOf(blocks);
    }

    static TrustedProxies of(Setting setting) {
        return new TrustedProxies(
                setting.list().stream().map(text -> block(text, setting)).toList());
    }

    private static Block block(String text, Setting setting) {
        Matcher matcher = BLOCK.matcher(text);
        // Never a look-up: a name is no address.
        InetAddress first = matcher.matches() ? NetUtil.createInetAddressFromIpAddressString(matcher.group(1)) : null;
        if (first == null) {
            throw setting.refuse("has '" + text + "', which is no address and no block such as 10.0.0.0/8");
        }
        int width = first.getAddress().length * Byte.SIZE;
        int bits = matcher.group(2) == null ? width : Integer.parseInt(matcher.group(2));
        if (bits > width) {
            throw setting.refuse("has '" + text + "', whose prefix is longer than " + width + " bits");
        }
        return new Block(first, bits);
    }

    public boolean contains(InetAddress address) {
        return blocks.stream().anyMatch(block -> block.contains(address));
    }

    /** The addresses whose first {@code bits} are those of {@code first}: all of them for a lone address. */
    public record Block(InetAddress first, int bits) {
        boolean contains(InetAddress address) {
            byte[] ours = first.getAddress();
            byte[] theirs = address.getAddress();
            int bytes = bits / Byte.SIZE;
            int mask = 0xff00 >> bits % Byte.SIZE & 0xff;
            return ours.length == theirs.length
                    && Arrays.equals(ours, 0, bytes, theirs, 0, bytes)
                    && (mask == 0 || ((ours[bytes] ^ theirs[bytes]) & mask) == 0);
        }
    }
}
