package dev.fanfare.auth;

import dev.fanfare.config.Auth;
import dev.fanfare.config.Configuration;
import dev.fanfare.config.ConfigurationException;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the policy of each configuration that an instance has, one after the other. */
public final class Policies {
    private static final Logger LOG = LoggerFactory.getLogger(Policies.class);

    private final Vertx vertx;
    private final Plugins plugins;
    private @Nullable JwtAuthenticator tokens;
    private @Nullable WorkerExecutor workers;

    public Policies(Vertx vertx, Plugins plugins) {
        this.vertx = vertx;
        this.plugins = plugins;
    }

    /**
     * The policy of a configuration. What verifies tokens is kept where nothing about it has changed, with the keys that it has fetched.
     *
     * @throws ConfigurationException where there can be none, and the policy before stays
     */
    public Policy of(Configuration configuration) {
        Auth auth = configuration.auth();
        ApiKeys keys = new ApiKeys(auth.apiKeys());
        JwtAuthenticator verifier =
                auth.jwt().map(jwt -> verifier(jwt, auth.timeout())).orElse(null);
        Authenticator own = plugins.authenticator();
        Authenticator asked = own != null ? own : verifier;
        refuseUnlessSomebodyCanEnter(auth, asked != null);
        if (tokens != null && tokens != verifier) {
            tokens.close();
        }
        tokens = verifier;
        ChannelAuthorizer authorizer = plugins.authorizer();
        return new Policy(
                auth.required(),
                !keys.isEmpty() || asked != null,
                keys,
                auth.queryToken(),
                auth.timeout(),
                configuration.channels(),
                new ConfiguredAuthenticator(keys, asked),
                authorizer != null
                        ? authorizer
                        : new Rules(
                                configuration.channels(),
                                configuration.broadcast().publish()));
    }

    /**
     * Looks at a configuration, and begins nothing: no key set is fetched.
     *
     * @throws ConfigurationException as {@link #of}
     */
    public void check(Configuration configuration) {
        Auth auth = configuration.auth();
        auth.jwt().ifPresent(jwt -> new JwtAuthenticator(vertx, workers(), jwt, auth.timeout()).close());
        refuseUnlessSomebodyCanEnter(
                auth, plugins.authenticator() != null || auth.jwt().isPresent());
    }

    private static void refuseUnlessSomebodyCanEnter(Auth auth, boolean tokens) {
        if (auth.required() && auth.apiKeys().isEmpty() && !tokens) {
            throw new ConfigurationException(
                    "auth.required: 'true' needs auth.api-keys or auth.jwt: nobody could show a credential");
        }
    }

    private JwtAuthenticator verifier(Auth.Jwt jwt, Duration patience) {
        JwtAuthenticator made = new JwtAuthenticator(vertx, workers(), jwt, patience);
        if (tokens != null && tokens.isSameAs(made)) {
            made.close();
            return tokens;
        }
        if (tokens != null) {
            made.inherit(tokens);
        }
        made.start();
        return made;
    }

    /** Half as many threads as there are cores: the others are for messages. */
    private WorkerExecutor workers() {
        if (workers == null) {
            int cores = Runtime.getRuntime().availableProcessors();
            workers = vertx.createSharedWorkerExecutor("fanfare-tokens", Math.max(1, cores / 2));
        }
        return workers;
    }

    /** Ends what the policies need. */
    public void close() {
        if (tokens != null) {
            tokens.close();
        }
        if (workers != null) {
            workers.close().onFailure(cause -> LOG.atDebug().setCause(cause).log("workers not closed"));
        }
    }
}
