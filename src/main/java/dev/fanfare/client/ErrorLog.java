package dev.fanfare.client;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/** Logs what nobody asked to be told of. */
final class ErrorLog implements Consumer<ClientException> {
    private static final Logger LOG = System.getLogger("dev.fanfare.client");

    @Override
    public void accept(ClientException error) {
        LOG.log(Level.WARNING, error.getMessage(), error.getCause());
    }
}
