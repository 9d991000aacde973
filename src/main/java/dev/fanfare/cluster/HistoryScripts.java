package dev.fanfare.cluster;

/**
 * What a history does in Redis. Each script has the keys {@code meta}, a hash with the fields {@code epoch} and {@code offset} and one for each
 * consumer, and {@code stream}, whose entries have the ids {@code <offset>-0}; and as its first arguments the epoch that a new history gets, and how long
 * {@code meta} is kept from now on, in milliseconds.
 */
final class HistoryScripts {
    /**
     * Begins a history, and finds where it is. What has no {@code meta} is nothing any more, whatever else is left of it. Redis, where it has no memory, refuses
     * only the first command that writes: that is one that needs some.
     */
    private static final String TOP = """
            local function begin()
              redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'offset', '0')
              redis.call('UNLINK', KEYS[1], KEYS[2])
              redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'offset', '0')
              redis.call('PEXPIRE', KEYS[1], ARGV[2])
              return ARGV[1], '0'
            end
            local function find()
              local meta = redis.call('HMGET', KEYS[1], 'epoch', 'offset')
              if meta[1] and meta[2] then
                return meta[1], meta[2]
              end
            end
            local function top()
              local epoch, offset = find()
              if epoch then
                return epoch, offset
              end
              return begin()
            end
            """;

    /**
     * Appends, and publishes. Arguments: how many messages are kept and for how many milliseconds, the line of the envelope, the payload, the command that
     * publishes, the Pub/Sub channel, and how long the key is known. A third Redis key is where that one has brought its message.
     *
     * <p>Where Redis refuses to add, the offset is what it was. A stream that somebody else has run ahead is of no use any more.
     */
    static final Script APPEND = Script.inBatch(TOP + """
            local size, ttl, line, payload, publish, channel, known = unpack(ARGV, 3)
            local epoch, offset = top()
            if KEYS[3] then
              local place = redis.call('GET', KEYS[3])
              if place and string.sub(place, 1, #epoch + 1) == epoch .. ':' then
                return {place}
              end
            end
            local before
            local function add()
              before, offset = offset, string.format('%.0f', tonumber(offset) + 1)
              redis.call('HSET', KEYS[1], 'offset', offset)
              return redis.pcall('XADD', KEYS[2], 'MAXLEN', '=', size, offset .. '-0', 'm', line .. '\\n' .. payload)
            end
            local added = add()
            if type(added) == 'table' and string.find(added.err, 'equal or smaller', 1, true) then
              epoch, offset = begin()
              added = add()
            end
            if type(added) == 'table' then
              redis.call('HSET', KEYS[1], 'offset', before)
              error(added)
            end
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            redis.call('PEXPIRE', KEYS[2], ttl)
            local place = epoch .. ':' .. offset
            if KEYS[3] then
              redis.call('SET', KEYS[3], place, 'PX', known)
            end
            redis.call(publish, channel, line .. ' ' .. place .. '\\n' .. payload)
            return {place}
            """);

    /**
     * Reads. Arguments: how many messages at most, at how many bytes of payload the page ends, 1 for the newest first, the epoch and the offset behind or in
     * front of which they are, those that were seen, and 1 where a history is to begin; epochs may be empty. Answers the position, and of each message its offset and itself.
     * Where none is to begin, nothing is written.
     *
     * <p>Of the stream it takes as much in one step as should fit by what it has found so far, so that a page of large messages costs no more than itself.
     */
    static final Script READ = Script.inBatch(TOP + """
            local limit, most, reverse, begins = tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5] == '1', ARGV[10] == '1'
            local epoch, offset = find()
            if not epoch or (epoch == ARGV[8] and tonumber(offset) < tonumber(ARGV[9])) then
              if not begins then
                return {ARGV[1] .. ':0'}
              end
              epoch, offset = begin()
            end
            if begins then
              redis.call('PEXPIRE', KEYS[1], ARGV[2])
            end
            local page = {epoch .. ':' .. offset}
            local first, last = '1', offset
            if epoch == ARGV[6] then
              if tonumber(ARGV[7]) > tonumber(offset) then
                first = reverse and '1' or '(' .. offset
              elseif reverse then
                last = ARGV[7] == '0' and '0' or '(' .. ARGV[7] .. '-0'
              else
                first = '(' .. ARGV[7] .. '-18446744073709551615'
              end
            end
            local count, bytes, step = 0, 0, 1
            while count < limit and (count == 0 or bytes < most) do
              local entries = reverse and redis.call('XREVRANGE', KEYS[2], last, first, 'COUNT', step)
                or redis.call('XRANGE', KEYS[2], first, last, 'COUNT', step)
              for _, entry in ipairs(entries) do
                if count == limit or (count > 0 and bytes >= most) then
                  return page
                end
                local id, message = entry[1], entry[2][2]
                if string.sub(id, -2) == '-0' then
                  page[#page + 1] = string.sub(id, 1, -3)
                  page[#page + 1] = message
                  count = count + 1
                  bytes = bytes + #message - (string.find(message, '\\n', 1, true) or 0)
                end
                if reverse then
                  last = '(' .. id
                else
                  first = '(' .. id
                end
              end
              if #entries < step then
                break
              end
              local fit = math.ceil((most - bytes) * count / math.max(bytes, 1))
              step = math.max(1, math.min(limit - count, 100, bytes == 0 and 100 or fit))
            end
            return page
            """);

    /** Finds where a consumer goes on. Arguments: its field, and how many consumers there may be. Answers its position, or nothing where there are as many. */
    static final Script RESUME = Script.inBatch(TOP + """
            local epoch, offset = top()
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            local acknowledged = redis.call('HGET', KEYS[1], ARGV[3])
            if not acknowledged then
              if redis.call('HLEN', KEYS[1]) - 2 >= tonumber(ARGV[4]) then
                return {}
              end
              redis.call('HSET', KEYS[1], ARGV[3], offset)
              acknowledged = offset
            end
            return {epoch .. ':' .. acknowledged}
            """);

    /** Notes what a consumer has. Of the keys it takes {@code meta} alone. Arguments: the epoch, the offset, its field, and how many consumers there may be. */
    static final Script ACKNOWLEDGE = Script.inBatch("""
            local epoch, top, before = unpack(redis.call('HMGET', KEYS[1], 'epoch', 'offset', ARGV[3]))
            local offset = tonumber(ARGV[2])
            if epoch ~= ARGV[1] or offset > tonumber(top) then
              return {}
            end
            if before and offset > tonumber(before)
              or not before and redis.call('HLEN', KEYS[1]) - 2 < tonumber(ARGV[4]) then
              redis.call('HSET', KEYS[1], ARGV[3], ARGV[2])
            end
            return {}
            """);

    private HistoryScripts() {}
}
