package dev.fanfare.http;

import dev.fanfare.bus.Disconnect;
import dev.fanfare.bus.Disconnector;
import dev.fanfare.bus.Unsubscribe;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.JsonFields;
import dev.fanfare.protocol.ProtocolException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators do to sessions, by HTTP: each time is logged. */
final class OperatorApi {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorApi.class);

    private final Disconnector disconnector;

    OperatorApi(Disconnector disconnector) {
        this.disconnector = disconnector;
    }

    void mount(ApiRoutes routes) {
        routes.post("/disconnect", Api.MOST_BYTES, this::disconnect);
        routes.post("/unsubscribe", Api.MOST_BYTES, this::unsubscribe);
    }

    private Future<Buffer> disconnect(ApiCall call) throws ProtocolException {
        Disconnect whom = whom(call.fields(Set.of("user", "session")));
        return disconnector
                .disconnect(whom)
                .onSuccess(outcome -> LOG.atInfo()
                        .addKeyValue("by", call.key().label())
                        .addKeyValue("whom", whom)
                        .addKeyValue("sessions", outcome.sessions())
                        .addKeyValue("complete", outcome.complete())
                        .log("disconnected"))
                .map(outcome -> json("disconnected", outcome.sessions(), outcome.complete()));
    }

    /** The channel is not logged: names of channels may tell of people. */
    private Future<Buffer> unsubscribe(ApiCall call) throws ProtocolException {
        JsonFields fields = call.fields(Set.of("channel", "user", "session"));
        Unsubscribe what = new Unsubscribe(ChannelName.parse(fields.text("channel")), whom(fields));
        return disconnector
                .unsubscribe(what)
                .onSuccess(outcome -> LOG.atInfo()
                        .addKeyValue("by", call.key().label())
                        .addKeyValue("whom", what.whom())
                        .addKeyValue("sessions", outcome.sessions())
                        .addKeyValue("complete", outcome.complete())
                        .log("unsubscribed"))
                .map(outcome -> json("unsubscribed", outcome.sessions(), outcome.complete()));
    }

    private static Disconnect whom(JsonFields fields) throws ProtocolException {
        String user = fields.optionalText("user");
        String session = fields.optionalText("session");
        if ((user == null) == (session == null)) {
            throw ApiCall.bad("one of 'user' and 'session' is needed");
        }
        try {
            return user != null ? new Disconnect.User(user) : new Disconnect.Session(String.valueOf(session));
        } catch (IllegalArgumentException e) {
            throw ApiCall.bad(e.getMessage());
        }
    }

    private static Buffer json(String name, long sessions, boolean complete) {
        return new JsonObject().put(name, sessions).put("complete", complete).toBuffer();
    }
}
