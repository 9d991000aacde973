package dev.fanfare.http;

import dev.fanfare.config.Configuration.SessionLimits;
import dev.fanfare.http.AddressRates.Counted;
import dev.fanfare.metrics.Meters;
import dev.fanfare.protocol.ProtocolException;

/** What clients without a session may send: all that comes so from one address has the bounds of one session. */
record AddressQuota(Admission admission, SessionLimits limits, Meters meters) {
    /** Counts a message of so many bytes. */
    void message(int size, ClientAddress address) throws ProtocolException {
        if (!admission.sends(address, Counted.MESSAGES, limits.messageRate(), 1)) {
            throw Quota.tooManyMessages(limits, meters);
        }
        // The envelope may be beyond what fits into the burst.
        int counted = Math.min(size, limits.byteRate().burst());
        if (!admission.sends(address, Counted.BYTES, limits.byteRate(), counted)) {
            throw Quota.tooManyBytes(limits, meters);
        }
    }
}
