import java.util.Map;

/** Where a message of a stored channel stands. */
record Place(String epoch, long offset) {
    static Place of(Map<String, String> members) {
        return new Place(Json.unquoted(members.get("epoch")), Long.parseLong(members.get("offset")));
    }

    String json() {
        return "{\"epoch\":\"" + epoch + "\",\"offset\":" + offset + "}";
    }

    @Override
    public String toString() {
        return epoch + ":" + offset;
    }
}
