/** Something that breaks, at a time in milliseconds from the start, for so many milliseconds. */
record Fault(Kind kind, int instance, int at, int millis) {
    @Override
    public String toString() {
        return "%6.1f s  ".formatted(at / 1e3) + kind.text.formatted(instance, millis);
    }
}
