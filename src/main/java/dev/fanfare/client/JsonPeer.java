package dev.fanfare.client;

import java.io.IOException;
import java.util.Set;
import java.util.function.Consumer;

/** The JSON protocol: gives what comes to the command or the subscription that it is for, and the rest to the application. */
final class JsonPeer implements Peer {
    /** What is for who is subscribed. */
    private static final Set<String> MESSAGES = Set.of("event", "process_output", "process_status", "join", "leave");

    private final Commands commands;
    private final Subscriptions subscriptions;
    private final Callbacks callbacks;
    private final Consumer<Message> onMessage;

    JsonPeer(Commands commands, Subscriptions subscriptions, Callbacks callbacks, Consumer<Message> onMessage) {
        this.commands = commands;
        this.subscriptions = subscriptions;
        this.callbacks = callbacks;
        this.onMessage = onMessage;
    }

    /** Subscriptions first: what is published next may be waited for by them. */
    @Override
    public void connected(Link link) {
        commands.opened(link);
        subscriptions.connected();
        commands.sendWaiting();
    }

    @Override
    public void text(String text) {
        Received received;
        try {
            received = Received.read(text);
        } catch (IOException e) {
            callbacks.error(new ClientException("not_understood", "what came can't be read", e));
            return;
        }
        if (!commands.answered(received)) {
            take(received);
        }
    }

    private void take(Received received) {
        String channel = received.channel;
        ChannelSubscription subscription = channel == null ? null : subscriptions.find(channel);
        if (subscription != null && isFor(subscription, received)) {
            return;
        }
        if (channel != null && subscriptions.isLeaving(channel) && MESSAGES.contains(received.type)) {
            return;
        }
        if (received.type.equals("error") && !received.isAnswer) {
            callbacks.error(received.error());
            return;
        }
        Message message = received.message(received.position());
        callbacks.run(() -> onMessage.accept(message));
    }

    private static boolean isFor(ChannelSubscription subscription, Received received) {
        if (MESSAGES.contains(received.type)) {
            subscription.take(received);
            return true;
        }
        if (received.isAnswer || received.code == null) {
            return false;
        }
        if (received.type.equals("unsubscribed")) {
            subscription.end(new ClientException(received.code, "the server has ended the subscription"));
            return true;
        }
        if (received.code.equals("unrecoverable")) {
            subscription.lost(received);
            return true;
        }
        return false;
    }

    /** The server sends none on this protocol. */
    @Override
    public void binary(byte[] bytes) {
        callbacks.error(new ClientException("not_understood", "a binary message came"));
    }

    @Override
    public void disconnected(int code) {
        commands.disconnected(code == Ending.TOO_BIG);
        subscriptions.disconnected(code == Ending.TOO_BIG);
    }

    @Override
    public void closed(ClientException why) {
        commands.closed(why);
        subscriptions.closed(why);
    }
}
