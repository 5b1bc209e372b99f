package io.torvyn.security;

import java.util.List;
import java.util.stream.Collectors;

/** An audit event as one line of JSON. */
final class AuditJson {
    private AuditJson() {}

    static String of(AuditEvent event) {
        StringBuilder json = new StringBuilder(160);
        json.append("{\"sequence\":").append(event.sequence());
        json.append(",\"timestamp_ns\":").append(event.timestampNanos());
        json.append(",\"severity\":").append(text(event.severity().name()));
        json.append(",\"tenant\":").append(text(event.tenant()));
        event.component().ifPresent(component -> json.append(",\"component\":").append(text(component)));
        json.append(",\"event\":").append(text(event.detail().getClass().getSimpleName()));
        json.append(fields(event.detail()));
        return json.append('}').toString();
    }

    private static String fields(AuditEvent.Detail detail) {
        return switch (detail) {
            case AuditEvent.CapabilityGrantResolved(var requested, var granted, var effective) ->
                ",\"requested\":%s,\"granted\":%s,\"effective\":%s"
                        .formatted(texts(requested), texts(granted), texts(effective));
            case AuditEvent.CapabilityResolutionWarning(var warning) -> ",\"detail\":" + text(warning);
            case AuditEvent.CapabilityDeniedAtLink(var capability, var reason) ->
                ",\"capability\":%s,\"reason\":%s".formatted(text(capability), text(reason));
            case AuditEvent.CapabilityDeniedAtRuntime(var capability, var what) ->
                ",\"capability\":%s,\"detail\":%s".formatted(text(capability), text(what));
            case AuditEvent.CapabilityExercised(var capability, var what) ->
                ",\"capability\":%s,\"detail\":%s".formatted(text(capability), text(what));
            case AuditEvent.CapabilityExercisedAggregate(var capability, var count, var millis) ->
                ",\"capability\":%s,\"count\":%d,\"interval_ms\":%d".formatted(text(capability), count, millis);
        };
    }

    private static String texts(List<String> values) {
        return values.stream().map(AuditJson::text).collect(Collectors.joining(",", "[", "]"));
    }

    /** RFC 8259, "Strings". Guests choose some of these texts, so nothing in one may end its line. */
    private static String text(String value) {
        StringBuilder json = new StringBuilder(value.length() + 2).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f || c == '\u2028' || c == '\u2029' || Character.isSurrogate(c)) {
                json.append("\\u%04x".formatted((int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
