package dev.fanfare.cluster;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The Pub/Sub channels that one server of Redis is to send us, and how far it is with that. Redis carries the commands of
 * a connection out in their order, and answers each channel of each command, so what was sent last is what holds, and
 * the answers belong to the oldest commands.
 */
final class Subscriptions {
    /** So many channels are in a command at most. */
    private static final int CHUNK = 512;

    /** Is told what becomes of them. */
    interface Listener {
        /** The last command that subscribed to the channel was carried out. */
        void confirmed(String channel);

        /** Redis does not do as we want with the channel; it is not asked again before the next connection. */
        void refused(String channel, String error);

        /** Another server has the channel now. */
        void moved(String channel);
    }

    private final Listener listener;
    private final Map<String, Channel> channels = new LinkedHashMap<>();
    private final Set<String> changed = new LinkedHashSet<>();
    private final Queue<Sent> unanswered = new ArrayDeque<>();

    /** What we want of a channel, and what Redis was told. */
    private static final class Channel {
        final boolean sharded;
        boolean wanted = true;
        boolean subscribed;
        int unanswered;

        Channel(boolean sharded) {
            this.sharded = sharded;
        }
    }

    /** A command, and the channels of it that Redis has not answered yet. */
    private record Sent(boolean subscribes, Set<String> channels) {}

    Subscriptions(Listener listener) {
        this.listener = listener;
    }

    /** Wants the channel, by sharded Pub/Sub or not. */
    void add(String name, boolean sharded) {
        channels.computeIfAbsent(name, key -> new Channel(sharded)).wanted = true;
        changed.add(name);
    }

    /** Wants it no more. */
    void remove(String name) {
        Channel channel = channels.get(name);
        if (channel != null) {
            channel.wanted = false;
            changed.add(name);
        }
    }

    /** Whether everything that is wanted was confirmed. */
    boolean isSettled() {
        return changed.isEmpty() && unanswered.isEmpty();
    }

    /** Sends what has changed. */
    void send(Consumer<Request> connection) {
        Map<Command, List<String>> commands = new HashMap<>();
        List<String> kept = new ArrayList<>();
        for (String name : changed) {
            Channel channel = channels.get(name);
            if (channel != null && channel.wanted != channel.subscribed) {
                channel.subscribed = channel.wanted;
                Command command = command(channel);
                List<String> names = commands.computeIfAbsent(command, key -> new ArrayList<>());
                names.add(name);
                // Those of a sharded command have to be of one slot.
                if (channel.sharded || names.size() == CHUNK) {
                    send(connection, command, names);
                    commands.remove(command);
                }
            } else if (channel != null) {
                if (channel.wanted && channel.unanswered == 0) {
                    kept.add(name);
                }
                forgetIfDone(name, channel);
            }
        }
        changed.clear();
        commands.forEach((command, names) -> send(connection, command, names));
        // Left and wanted again before that was sent: there is nothing to wait for.
        kept.forEach(listener::confirmed);
    }

    private static Command command(Channel channel) {
        if (channel.sharded) {
            return channel.wanted ? Command.SSUBSCRIBE : Command.SUNSUBSCRIBE;
        }
        return channel.wanted ? Command.SUBSCRIBE : Command.UNSUBSCRIBE;
    }

    private void send(Consumer<Request> connection, Command command, List<String> names) {
        Request request = Request.cmd(command);
        for (String name : names) {
            request.arg(name);
            Objects.requireNonNull(channels.get(name)).unanswered++;
        }
        boolean subscribes = command.equals(Command.SUBSCRIBE) || command.equals(Command.SSUBSCRIBE);
        unanswered.add(new Sent(subscribes, new LinkedHashSet<>(names)));
        connection.accept(request);
    }

    /** Redis said that we are subscribed to a channel, or not any more. */
    void answered(boolean subscribed, String name) {
        Sent oldest = unanswered.peek();
        if (oldest == null
                || oldest.subscribes() != subscribed
                || !oldest.channels().remove(name)) {
            takenAway(name);
            return;
        }
        if (oldest.channels().isEmpty()) {
            unanswered.remove();
        }
        Channel channel = channels.get(name);
        if (channel != null) {
            channel.unanswered--;
            if (channel.unanswered == 0 && channel.subscribed) {
                listener.confirmed(name);
            }
            forgetIfDone(name, channel);
        }
    }

    /** Nobody asked: the slot of a sharded channel has moved. */
    private void takenAway(String name) {
        Channel channel = channels.get(name);
        if (channel != null && channel.subscribed) {
            channel.subscribed = false;
            listener.moved(name);
        }
    }

    /** Redis refused the oldest command. */
    void refused(String error, Consumer<Request> connection) {
        Sent oldest = unanswered.poll();
        if (oldest == null) {
            return;
        }
        boolean alone = oldest.channels().size() == 1;
        for (String name : oldest.channels()) {
            Channel channel = channels.get(name);
            if (channel == null) {
                continue;
            }
            channel.unanswered--;
            if (!oldest.subscribes() || channel.unanswered > 0) {
                if (!Refusals.hasMoved(error)) {
                    listener.refused(name, error);
                }
                forgetIfDone(name, channel);
                continue;
            }
            channel.subscribed = false;
            if (!alone) {
                // One of them spoils it for all: one by one.
                channel.subscribed = channel.wanted;
                if (channel.wanted) {
                    send(connection, command(channel), List.of(name));
                }
            } else if (Refusals.hasMoved(error)) {
                listener.moved(name);
            } else {
                listener.refused(name, error);
            }
            forgetIfDone(name, channel);
        }
    }

    private void forgetIfDone(String name, Channel channel) {
        if (!channel.wanted && !channel.subscribed && channel.unanswered == 0) {
            channels.remove(name);
        }
    }

    /** The connection was lost: on the next one, everything that is wanted has to be sent again. */
    void reset() {
        unanswered.clear();
        changed.clear();
        channels.values().removeIf(channel -> !channel.wanted);
        channels.values().forEach(channel -> {
            channel.subscribed = false;
            channel.unanswered = 0;
        });
        changed.addAll(channels.keySet());
    }
}
