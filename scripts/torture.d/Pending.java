/** A command whose answer has not come; {@code publications} is null unless it publishes. */
record Pending(long id, String type, int channel, Publications publications, int number, long sentAt) {}
