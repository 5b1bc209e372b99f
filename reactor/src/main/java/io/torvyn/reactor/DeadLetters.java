package io.torvyn.reactor;

import io.torvyn.engine.Element;
import io.torvyn.resources.Buffer;
import io.torvyn.resources.BufferOwner;
import io.torvyn.resources.ContentType;
import io.torvyn.resources.ContentTypes;
import io.torvyn.resources.ResourceException;
import io.torvyn.types.Defaults;
import io.torvyn.types.Failure;
import io.torvyn.types.TraceContext;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Writes dead letters: documents about elements that failed, with the elements in them. Owned by the flow's thread.
 *
 * <p>A letter is one JSON object on one line. It has the sequence and the timestamp of its element, and a buffer of the
 * host's; the element itself stays whose it was. spec: the configuration reference, "Flows".
 */
final class DeadLetters {
    static final String CONTENT_TYPE = "application/vnd.torvyn.dead-letter+json";
    /** A guest may make its message as long as its memory. */
    private static final int LONGEST_ERROR = 16_384;

    private final BufferOwner host;
    private final ContentType type;
    private final TraceContext trace;

    DeadLetters(BufferOwner host, ContentTypes types, TraceContext trace) {
        this.host = host;
        this.type = types.intern(CONTENT_TYPE);
        this.trace = trace;
    }

    /**
     * @param node the stage that the element failed in
     * @param letter becomes the letter
     * @return the letter's payload, in the host's hands
     * @throws ResourceException E0307 or E0310 when no buffer is to be had
     */
    Buffer write(String node, Failure failure, Element failed, Element letter) {
        byte[] document = document(node, failure, failed);
        Buffer payload = host.acquire(document.length);
        payload.compose(document);
        payload.contentType(type);
        letter.sequence = failed.sequence;
        letter.timestampNanos = failed.timestampNanos;
        letter.contentType = type;
        letter.payload = payload;
        return payload;
    }

    private byte[] document(String node, Failure failure, Element failed) {
        var json = new StringBuilder(512);
        json.append("{\"error\":");
        quote(json, cut(failure.message()));
        json.append(",\"code\":");
        quote(json, failure.code().id());
        json.append(",\"component\":");
        quote(json, node);
        json.append(",\"sequence\":").append(Long.toUnsignedString(failed.sequence));
        json.append(",\"trace\":");
        if (trace.isValid()) {
            json.append("{\"trace_id\":\"").append(trace.traceId());
            json.append("\",\"span_id\":\"").append(trace.spanId()).append("\"}");
        } else {
            json.append("null");
        }
        json.append(",\"content_type\":");
        quote(json, failed.contentType.text());
        json.append(",\"payload_base64\":");
        Buffer payload = failed.payload;
        byte[] head = json.toString().getBytes(StandardCharsets.UTF_8);
        int length = payload == null ? 0 : payload.length();
        if (payload == null || head.length + encodedLength(length) + 4 > Defaults.MAX_BUFFER_SIZE) {
            return json.append("null,\"payload_bytes\":")
                    .append(length)
                    .append("}\n")
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
        }
        byte[] document = new byte[(int) (head.length + encodedLength(length) + 4)];
        System.arraycopy(head, 0, document, 0, head.length);
        int at = head.length;
        document[at++] = '"';
        byte[] encoded = Base64.getEncoder().encode(payload.view()).array();
        System.arraycopy(encoded, 0, document, at, encoded.length);
        at += encoded.length;
        document[at++] = '"';
        document[at++] = '}';
        document[at] = '\n';
        return document;
    }

    private static long encodedLength(int bytes) {
        return (bytes + 2L) / 3 * 4;
    }

    private static String cut(String message) {
        return message.length() <= LONGEST_ERROR ? message : message.substring(0, LONGEST_ERROR) + "…";
    }

    private static void quote(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) { // a lone surrogate has no UTF-8; a pair reads the same
                json.append("\\u%04x".formatted((int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }
}
