package dev.fanfare.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;

/** What became of a process: the {@code data} of its {@code process_status}. */
public sealed interface ProcessStatus {
    /** The fields that one may have. */
    Set<String> FIELDS = Set.of("status", "exitCode", "signal", "reason");

    /** As it travels. */
    String json();

    /** The same as what is published. */
    default Payload payload() {
        return Payload.of(Payload.Kind.JSON, json().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The status that these fields tell.
     *
     * @throws ProtocolException where they tell none
     */
    static ProcessStatus of(JsonFields fields) throws ProtocolException {
        String status = fields.text("status");
        try {
            return switch (status) {
                case "running" -> only(fields, new Running());
                case "exited" -> only(fields, new Exited(exitCode(fields)), "exitCode");
                case "killed" ->
                    only(fields, new Killed(fields.text("signal"), exitCode(fields)), "signal", "exitCode");
                case "failed" -> only(fields, new Failed(fields.text("reason")), "reason");
                default -> throw bad("'status' is running, exited, killed or failed");
            };
        } catch (IllegalArgumentException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    private static long exitCode(JsonFields fields) throws ProtocolException {
        return fields.integer("exitCode", Exited.LEAST, Exited.MOST);
    }

    private static ProcessStatus only(JsonFields fields, ProcessStatus status, String... needed)
            throws ProtocolException {
        Set<String> allowed = Set.of(needed);
        for (String field : FIELDS) {
            if (!field.equals("status") && !allowed.contains(field) && fields.has(field)) {
                throw bad("'" + field + "' does not belong to this status");
            }
        }
        return status;
    }

    private static ProtocolException bad(String sentence) {
        return new ProtocolException(ErrorCode.BAD_REQUEST, sentence);
    }

    /** It was started. */
    record Running() implements ProcessStatus {
        @Override
        public String json() {
            return "{\"status\":\"running\"}";
        }
    }

    /**
     * It has ended by itself.
     *
     * @param exitCode as the system has it: of 32 bits, signed or not
     */
    record Exited(long exitCode) implements ProcessStatus {
        static final long LEAST = Integer.MIN_VALUE;
        static final long MOST = 0xFFFF_FFFFL;

        public Exited {
            checkExitCode(exitCode);
        }

        static void checkExitCode(long exitCode) {
            if (exitCode < LEAST || exitCode > MOST) {
                throw new IllegalArgumentException("'exitCode' is a whole number from " + LEAST + " to " + MOST);
            }
        }

        @Override
        public String json() {
            return "{\"status\":\"exited\",\"exitCode\":" + exitCode + "}";
        }
    }

    /**
     * A signal has ended it.
     *
     * @param signal its name without {@code SIG}, such as {@code TERM}
     * @param exitCode 128 and the number of the signal
     */
    record Killed(String signal, long exitCode) implements ProcessStatus {
        private static final Pattern SIGNAL = Pattern.compile("[A-Z0-9+-]{1,16}");

        public Killed {
            if (!SIGNAL.matcher(signal).matches()) {
                throw new IllegalArgumentException("'signal' is 1 to 16 of A-Z 0-9 + -");
            }
            Exited.checkExitCode(exitCode);
        }

        @Override
        public String json() {
            return "{\"status\":\"killed\",\"signal\":\"" + signal + "\",\"exitCode\":" + exitCode + "}";
        }
    }

    /**
     * It could not be started.
     *
     * @param reason for people, 1 to 1,024 characters
     */
    record Failed(String reason) implements ProcessStatus {
        private static final int MOST = 1_024;

        public Failed {
            if (reason.isEmpty() || reason.length() > MOST) {
                throw new IllegalArgumentException("'reason' is a string of 1 to " + MOST + " characters");
            }
        }

        @Override
        public String json() {
            return "{\"status\":\"failed\",\"reason\":" + Json.quote(reason) + "}";
        }
    }
}
