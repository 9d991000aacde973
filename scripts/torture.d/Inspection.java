import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** What an instance tells who asks it for histories and presence. */
final class Inspection {
    private final Site site;

    Inspection(Site site) {
        this.site = site;
    }

    /** Who is in the room. */
    Set<String> room(Life life) throws IOException, InterruptedException {
        Set<String> sessions = new HashSet<>();
        String data = ask(life, "{\"type\":\"presence\",\"channel\":\"" + Attendance.ROOM + "\"}")
                .get("data");
        if (data == null) {
            throw new IOException("unavailable");
        }
        for (String member : Json.elements(data)) {
            sessions.add(Json.unquoted(Json.members(member).get("session")));
        }
        return sessions;
    }

    /** Has what an instance tells of the room compared with the truth, where it can be asked. */
    void compare(Life life) throws InterruptedException {
        if (life != null) {
            try {
                long askedAt = System.nanoTime();
                site.attendance.compare(life, askedAt, room(life));
            } catch (IOException e) {
                // it is going, or its link is down: the end has to tell
            }
        }
    }

    /** Tells the chronicle what is kept of a channel, and returns where it ends. */
    Place history(Life life, StoredChannel channel) throws IOException, InterruptedException {
        Map<String, String> page =
                ask(life, "{\"type\":\"history\",\"channel\":\"" + channel.name + "\",\"limit\":1000}");
        List<Note> notes = Json.elements(page.get("messages")).stream()
                .map(Json::members)
                .map(Note::of)
                .toList();
        site.chronicle.keeps(channel, life, Place.of(page), notes);
        return Place.of(page);
    }

    private Map<String, String> ask(Life life, String command) throws IOException, InterruptedException {
        Caller caller = Caller.open(life, other -> {});
        site.threads.submit(caller::read);
        try {
            List<Map<String, String>> answers = new CopyOnWriteArrayList<>();
            caller.ask(command, answers::add);
            return answers.get(0);
        } finally {
            caller.vanish();
        }
    }
}
