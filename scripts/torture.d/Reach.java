import java.util.BitSet;

/** Which of a session's publications came to listeners of an instance. */
final class Reach {
    final Publications publications;
    final Life life;
    /** Came to one. */
    final BitSet got = new BitSet();
    /** One got later ones without it, and the instance had heard of its origin before it, so that it could count. */
    final BitSet lacked = new BitSet();
    /** One lacked it, but the instance could not know. */
    final BitSet unknown = new BitSet();

    Reach(Publications publications, Life life) {
        this.publications = publications;
        this.life = life;
    }
}
