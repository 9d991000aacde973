package dev.fanfare.http;

import dev.fanfare.bus.ChannelInfo;
import dev.fanfare.bus.ChannelQuery;
import dev.fanfare.bus.ClusterFigures;
import dev.fanfare.bus.Directory;
import dev.fanfare.bus.Disconnect;
import dev.fanfare.bus.Listing;
import dev.fanfare.bus.SessionInfo;
import dev.fanfare.bus.SessionQuery;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.JsonProtocol;
import dev.fanfare.protocol.ProtocolException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/** What there is in the cluster, by HTTP: channels, sessions, and how large it is. */
final class DirectoryApi {
    private final Directory directory;
    private final Meters meters;

    DirectoryApi(Directory directory, Meters meters) {
        this.directory = directory;
        this.meters = meters;
    }

    void mount(ApiRoutes routes) {
        routes.get("/channels", this::channels);
        routes.get("/sessions", this::sessions);
        routes.get("/cluster", this::cluster);
    }

    private Future<Buffer> channels(ApiCall call) throws ProtocolException {
        try {
            ChannelQuery query = new ChannelQuery(call.parameter("prefix"), call.parameter("after"), call.limit());
            return directory
                    .channels(query)
                    .map(listing -> json("channels", listing, DirectoryApi::json, channel -> channel.channel()
                            .value()));
        } catch (IllegalArgumentException e) {
            throw ApiCall.bad(e.getMessage());
        }
    }

    private static JsonObject json(ChannelInfo channel) {
        return new JsonObject().put("channel", channel.channel().value()).put("subscribers", channel.subscribers());
    }

    private Future<Buffer> sessions(ApiCall call) throws ProtocolException {
        try {
            String user = call.parameter("user");
            SessionQuery query = new SessionQuery(
                    user.isEmpty() ? null : new Disconnect.User(user), call.parameter("after"), call.limit());
            return directory
                    .sessions(query)
                    .map(listing -> json("sessions", listing, DirectoryApi::json, SessionInfo::id));
        } catch (IllegalArgumentException e) {
            throw ApiCall.bad(e.getMessage());
        }
    }

    private static JsonObject json(SessionInfo session) {
        JsonObject json = new JsonObject().put("session", session.id());
        if (session.user() != null) {
            json.put("user", session.user());
        }
        return json.put("protocol", session.protocol())
                .put("address", session.address())
                .put("connectedAt", JsonProtocol.timestamp(session.connectedAt()))
                .put("channels", session.channels());
    }

    private static <T> Buffer json(
            String name, Listing<T> listing, Function<T, JsonObject> writer, Function<T, String> cursor) {
        List<T> entries = listing.page().entries();
        JsonObject json = new JsonObject()
                .put(name, new JsonArray(entries.stream().map(writer).toList()));
        if (listing.page().more() && !entries.isEmpty()) {
            json.put("next", cursor.apply(entries.get(entries.size() - 1)));
        }
        return json.put("complete", listing.complete()).toBuffer();
    }

    private Future<Buffer> cluster(ApiCall call) {
        return directory.figures().map(figures -> json(figures, true)).otherwise(cause -> {
            ClusterFigures own =
                    new ClusterFigures(1, meters.openSessions(), meters.openChannels(), OptionalLong.empty());
            return json(own, false);
        });
    }

    private static Buffer json(ClusterFigures figures, boolean complete) {
        return new JsonObject()
                .put("instances", figures.instances())
                .put("sessions", figures.sessions())
                .put("channels", figures.channels())
                .put("complete", complete)
                .toBuffer();
    }
}
