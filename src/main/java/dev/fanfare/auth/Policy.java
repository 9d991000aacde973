package dev.fanfare.auth;

import dev.fanfare.config.Channels;
import java.time.Duration;

/**
 * Who is let in and what he may do, by one configuration. The same for all event loops.
 *
 * @param required whether who has shown nothing is refused
 * @param takesCredentials whether there is anything to show; else what clients show is passed over
 * @param apiKeys those who may use the HTTP API
 * @param queryToken whether a credential may stand in the query of the URL
 * @param channels what is kept of channels, and who may subscribe and publish where no authorizer of one's own decides
 * @param timeout how long a decision may take
 */
public record Policy(
        boolean required,
        boolean takesCredentials,
        ApiKeys apiKeys,
        boolean queryToken,
        Duration timeout,
        Channels channels,
        Authenticator authenticator,
        ChannelAuthorizer authorizer) {}
