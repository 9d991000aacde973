package dev.fanfare.cluster;

import dev.fanfare.config.Cluster;
import dev.fanfare.protocol.ChannelName;
import dev.fanfare.protocol.Member;
import dev.fanfare.protocol.ProtocolException;
import dev.fanfare.store.MemberList;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members of channels, as Redis holds them: a hash for each channel, in which stands by session
 * {@code <owner> <+ or -> <JSON>}, with a {@code +} where its end is to be announced; and for each owner the set of the channels in which it has members. A change and
 * its announcement are one script, so what is announced is what has changed.
 */
final class MemberTable {
    /** So many members are looked at by one command: what is asked by others in between is answered. */
    private static final int CHUNK = 500;

    /** Publishes what happened. Arguments of the script: how to publish, where. */
    private static final String TELL = Script.NOW + """
            local function tell(type, json)
              redis.call(ARGV[1], ARGV[2], 'F1 - ' .. type .. ' json ' .. now .. ' -\\n' .. json)
            end
            """;

    /** Carries changes out. Further arguments: how long the hash is kept, the owner, and four for each change. */
    private static final Script CHANGE = Script.of(TELL + """
            for i = 5, #ARGV, 4 do
              local verb, session, mark, json = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
              local value = redis.call('HGET', KEYS[1], session)
              local before = value and string.match(value, '^%S+ . (.*)$')
              if verb == 'leave' then
                redis.call('HDEL', KEYS[1], session)
              else
                redis.call('HSET', KEYS[1], session, ARGV[4] .. ' ' .. mark .. ' ' .. json)
              end
              if mark == '+' and verb ~= 'keep' and before ~= json then
                if before then tell('leave', before) end
                if verb == 'join' then tell('join', json) end
              end
            end
            redis.call('PEXPIRE', KEYS[1], ARGV[3])
            """);

    /** Takes the members of an owner out, of a part of the hash. Further arguments: the owner, where the part begins, its size. */
    private static final Script REAP = Script.of(TELL + """
            local part = redis.call('HSCAN', KEYS[1], ARGV[4], 'COUNT', ARGV[5])
            local reaped = 0
            for i = 1, #part[2], 2 do
              local owner, mark, json = string.match(part[2][i + 1], '^(%S+) (.) (.*)$')
              if owner == ARGV[3] then
                redis.call('HDEL', KEYS[1], part[2][i])
                reaped = reaped + 1
                if mark == '+' then tell('leave', json) end
              end
            end
            return {part[1], reaped}
            """);

    /** Finds the members of an owner, in a part of the hash. Arguments: the owner, where the part begins, its size. */
    private static final Script FIND = Script.of("""
            local part = redis.call('HSCAN', KEYS[1], ARGV[2], 'COUNT', ARGV[3])
            local found = {part[1]}
            for i = 1, #part[2], 2 do
              local owner, mark = string.match(part[2][i + 1], '^(%S+) (.) ')
              if owner == ARGV[1] then
                found[#found + 1] = part[2][i]
                found[#found + 1] = mark
              end
            end
            return found
            """);

    /** Notes a channel of an owner. */
    private static final Script NOTE = Script.of("""
            redis.call('SADD', KEYS[1], ARGV[1])
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            """);

    private static final Logger LOG = LoggerFactory.getLogger(MemberTable.class);

    private final Names names;
    private final String publish;
    private final BiFunction<String, Request, Future<Response>> redis;

    /** @param redis sends a command to the server that has a key */
    MemberTable(Names names, Cluster.Mode mode, BiFunction<String, Request, Future<Response>> redis) {
        this.names = names;
        this.publish = mode == Cluster.Mode.CLUSTER ? "SPUBLISH" : "PUBLISH";
        this.redis = redis;
    }

    /** A change of one member. */
    record Change(Verb verb, Member member, boolean announced) {
        /** What happens to it. */
        enum Verb {
            /** It is there, which is announced where it was not. */
            JOIN,
            /** It is there, as everybody knows. */
            KEEP,
            /** It is not there any more. */
            LEAVE
        }

        private void addTo(Request request) {
            request.arg(verb.name().toLowerCase(Locale.ROOT))
                    .arg(member.session())
                    .arg(announced ? "+" : "-")
                    .arg(verb == Verb.LEAVE ? "" : member.json());
        }
    }

    /** Carries changes out, in their order. */
    Future<Void> change(ChannelName channel, String owner, List<Change> changes) {
        Request request = CHANGE.on(names.members(channel))
                .arg(publish)
                .arg(names.of(channel))
                .arg(Census.KEPT.toMillis())
                .arg(owner);
        changes.forEach(change -> change.addTo(request));
        return redis.apply(names.members(channel), request).mapEmpty();
    }

    /** Takes the members of an owner out of a channel, and tells how many they were. */
    Future<Long> reap(ChannelName channel, String owner) {
        return reap(channel, owner, "0", 0);
    }

    private Future<Long> reap(ChannelName channel, String owner, String cursor, long before) {
        Request request = REAP.on(names.members(channel))
                .arg(publish)
                .arg(names.of(channel))
                .arg(owner)
                .arg(cursor)
                .arg(CHUNK);
        return redis.apply(names.members(channel), request).compose(reply -> {
            String next = reply.get(0).toString();
            long reaped = before + reply.get(1).toLong();
            return next.equals("0") ? Future.succeededFuture(reaped) : reap(channel, owner, next, reaped);
        });
    }

    /** The sessions of an owner in a channel, and of each whether its end is to be announced. */
    Future<Map<String, Boolean>> sessions(ChannelName channel, String owner) {
        return sessions(channel, owner, "0", new HashMap<>());
    }

    private Future<Map<String, Boolean>> sessions(
            ChannelName channel, String owner, String cursor, Map<String, Boolean> found) {
        String key = names.members(channel);
        Request request = FIND.on(key).arg(owner).arg(cursor).arg(CHUNK);
        return redis.apply(key, request).compose(reply -> {
            for (int i = 1; i + 1 < reply.size(); i += 2) {
                found.put(reply.get(i).toString(), reply.get(i + 1).toString().equals("+"));
            }
            String next = reply.get(0).toString();
            return next.equals("0") ? Future.succeededFuture(found) : sessions(channel, owner, next, found);
        });
    }

    Future<Long> count(ChannelName channel) {
        String key = names.members(channel);
        return redis.apply(key, Request.cmd(Command.HLEN, key)).map(Response::toLong);
    }

    /** Reads all members of a channel, part by part: who comes or goes meanwhile may be among them or not. */
    Future<List<Member>> members(ChannelName channel) {
        return members(names.members(channel), "0", new HashSet<>(), new MemberList());
    }

    private Future<List<Member>> members(String key, String cursor, Set<String> sessions, MemberList list) {
        return redis.apply(key, Request.cmd(Command.HSCAN, key, cursor, "COUNT", CHUNK))
                .compose(reply -> {
                    try {
                        Response part = reply.get(1);
                        for (int i = 0; i + 1 < part.size(); i += 2) {
                            if (sessions.add(part.get(i).toString())) {
                                add(part.get(i + 1).toBytes(), list);
                            }
                        }
                    } catch (ProtocolException e) {
                        return Future.failedFuture(e);
                    }
                    String next = reply.get(0).toString();
                    return next.equals("0")
                            ? Future.succeededFuture(list.members())
                            : members(key, next, sessions, list);
                });
    }

    private static void add(byte[] value, MemberList list) throws ProtocolException {
        int json = 0;
        for (int spaces = 0; spaces < 2 && json < value.length; json++) {
            spaces += value[json] == ' ' ? 1 : 0;
        }
        Member member;
        try {
            member = Member.parse(Arrays.copyOfRange(value, json, value.length));
        } catch (ProtocolException e) {
            LOG.atWarn().addKeyValue("reason", e.sentence()).log("Redis holds a member that is none");
            return;
        }
        list.add(member, value.length - json);
    }

    /** Notes that an owner has members in a channel; to be done before it has. */
    Future<Void> note(String owner, ChannelName channel) {
        String key = names.channelsOf(owner);
        Request request = NOTE.on(key).arg(channel.value()).arg(Census.KEPT.toMillis());
        return redis.apply(key, request).mapEmpty();
    }

    /** Forgets that an owner has members in channels. */
    Future<Void> forget(String owner, List<ChannelName> channels) {
        String key = names.channelsOf(owner);
        Request request = Request.cmd(Command.SREM).arg(key);
        channels.forEach(channel -> request.arg(channel.value()));
        return redis.apply(key, request).mapEmpty();
    }

    /** A part of the channels in which an owner has members. */
    Future<Part> channels(String owner, String cursor) {
        String key = names.channelsOf(owner);
        return redis.apply(key, Request.cmd(Command.SSCAN, key, cursor, "COUNT", 64))
                .map(reply -> new Part(
                        reply.get(0).toString(),
                        reply.get(1).stream()
                                .map(Response::toString)
                                .filter(ChannelName::isValid)
                                .map(ChannelName::new)
                                .toList()));
    }

    /** A part of a set, and where the next one begins. */
    record Part(String next, List<ChannelName> channels) {}
}
