/** How far somebody has come on a stored channel. The lock of the {@link Chronicle} guards it. */
final class Following {
    final int follower;
    final StoredChannel channel;
    /** Behind which it goes on; null before it was subscribed for the first time. */
    Place place;

    Following(int follower, StoredChannel channel) {
        this.follower = follower;
        this.channel = channel;
    }

    @Override
    public String toString() {
        return "follower " + follower + " on " + channel.name;
    }
}
