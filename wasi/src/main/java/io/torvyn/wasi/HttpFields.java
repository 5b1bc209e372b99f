package io.torvyn.wasi;

import io.torvyn.component.ByteSource;
import io.torvyn.component.GuestBytes;
import io.torvyn.component.Result;
import io.torvyn.component.TrapException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Header or trailer fields: wasi:http/types. None is ever here that could end its line, or that says how the message is
 * framed or where it goes: those are the host's. On the instance's thread.
 */
final class HttpFields implements HttpTypes.Fields {
    /** What all fields of an instance may take together; each one counts a little more than its bytes. */
    static final long BYTES = 4 << 20;

    private static final int COST_OF_ONE = 64;

    /** Wasmtime refuses the same. */
    private static final Set<String> FORBIDDEN = Set.of(
            "connection",
            "host",
            "http2-settings",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "transfer-encoding",
            "upgrade");

    /** RFC 9110, 5.6.2: what a token may have beside letters and digits. */
    private static final String TOKEN = "!#$%&'*+-.^_`|~";

    /** @param value each byte a character, as in ISO 8859-1 */
    private record Field(String name, String value) {
        boolean isCalled(String other) {
            return name.equalsIgnoreCase(other);
        }

        long cost() {
            return (long) COST_OF_ONE + name.length() + value.length();
        }
    }

    private final AtomicLong held;
    private final List<Field> fields = new ArrayList<>();
    private boolean frozen;
    private boolean shared;

    /** @param held by all fields of the instance together */
    HttpFields(AtomicLong held) {
        this.held = held;
    }

    static boolean isToken(String text) {
        return !text.isEmpty()
                && text.chars().allMatch(c -> c < 0x7f && (Character.isLetterOrDigit(c) || TOKEN.indexOf(c) >= 0));
    }

    static boolean isForbidden(String name) {
        return FORBIDDEN.contains(name.toLowerCase(Locale.ROOT));
    }

    private static boolean isValue(String name, String value) {
        if (name.equalsIgnoreCase("content-length")) {
            return value.matches("[0-9]{1,18}");
        }
        return value.chars().allMatch(c -> (c >= ' ' || c == '\t') && c != 0x7f);
    }

    private static String text(GuestBytes value) {
        return new String(value.toArray(), StandardCharsets.ISO_8859_1);
    }

    private static ByteSource bytes(Field field) {
        return ByteSource.of(field.value().getBytes(StandardCharsets.ISO_8859_1));
    }

    private HttpTypes.@Nullable HeaderError problem(String name) {
        if (frozen) {
            return new HttpTypes.HeaderError.Immutable();
        }
        if (!isToken(name)) {
            return new HttpTypes.HeaderError.InvalidSyntax();
        }
        return isForbidden(name) ? new HttpTypes.HeaderError.Forbidden() : null;
    }

    private Result<@Nullable Void, HttpTypes.HeaderError> add(String name, List<String> values) {
        HttpTypes.HeaderError problem = problem(name);
        if (problem != null) {
            return Result.err(problem);
        }
        if (!values.stream().allMatch(value -> isValue(name, value))) {
            return Result.err(new HttpTypes.HeaderError.InvalidSyntax());
        }
        values.forEach(value -> put(new Field(name, value)));
        return Result.ok();
    }

    private void put(Field field) {
        if (held.addAndGet(field.cost()) > BYTES) {
            held.addAndGet(-field.cost());
            throw new TrapException("its HTTP fields take more than " + BYTES + " bytes");
        }
        fields.add(field);
    }

    private void remove(String name) {
        fields.removeIf(field -> {
            if (field.isCalled(name)) {
                held.addAndGet(-field.cost());
                return true;
            }
            return false;
        });
    }

    static Result<HttpTypes.Fields, HttpTypes.HeaderError> of(
            AtomicLong held, List<Tuple2<String, GuestBytes>> entries) {
        var fields = new HttpFields(held);
        for (Tuple2<String, GuestBytes> entry : entries) {
            if (fields.append(entry.first(), entry.second()) instanceof Result.Err(var error)) {
                fields.drop();
                return Result.err(error);
            }
        }
        return Result.ok(fields);
    }

    /** What a server has sent; what guests must not set they do not see either. */
    static HttpFields received(AtomicLong held, List<HttpMessage.Field> received) {
        var fields = new HttpFields(held);
        for (HttpMessage.Field field : received) {
            if (!isForbidden(field.name())) {
                fields.put(new Field(field.name(), field.value()));
            }
        }
        fields.frozen = true;
        return fields;
    }

    /** They belong to a message from now on: it has several handles to them, and lets them go when it goes. */
    HttpFields share() {
        frozen = true;
        shared = true;
        return this;
    }

    /** As they are sent. */
    List<HttpMessage.Field> all() {
        return fields.stream()
                .map(field -> new HttpMessage.Field(field.name(), field.value()))
                .toList();
    }

    /** The one value of a field that may come but once; empty when there is none, or when there are several. */
    Optional<String> only(String name) {
        List<Field> found =
                fields.stream().filter(field -> field.isCalled(name)).toList();
        return found.size() == 1 ? Optional.of(found.getFirst().value()) : Optional.empty();
    }

    @Override
    public List<ByteSource> get(String name) {
        return fields.stream()
                .filter(field -> field.isCalled(name))
                .map(HttpFields::bytes)
                .toList();
    }

    @Override
    public boolean has(String name) {
        return fields.stream().anyMatch(field -> field.isCalled(name));
    }

    @Override
    public Result<@Nullable Void, HttpTypes.HeaderError> set(String name, List<GuestBytes> value) {
        List<String> values = value.stream().map(HttpFields::text).toList();
        HttpTypes.HeaderError problem = problem(name);
        if (problem != null) {
            return Result.err(problem);
        }
        if (!values.stream().allMatch(each -> isValue(name, each))) {
            return Result.err(new HttpTypes.HeaderError.InvalidSyntax());
        }
        remove(name);
        return add(name, values);
    }

    @Override
    public Result<@Nullable Void, HttpTypes.HeaderError> delete(String name) {
        HttpTypes.HeaderError problem = problem(name);
        if (problem != null) {
            return Result.err(problem);
        }
        remove(name);
        return Result.ok();
    }

    @Override
    public Result<@Nullable Void, HttpTypes.HeaderError> append(String name, GuestBytes value) {
        return add(name, List.of(text(value)));
    }

    @Override
    public List<Tuple2<String, ByteSource>> entries() {
        return fields.stream()
                .map(field -> new Tuple2<>(field.name(), bytes(field)))
                .toList();
    }

    @Override
    public HttpTypes.Fields clone_() {
        var copy = new HttpFields(held);
        fields.forEach(copy::put);
        return copy;
    }

    @Override
    public void drop() {
        if (!shared) {
            release();
        }
    }

    /** They are not needed any more, by anybody. */
    void release() {
        fields.forEach(field -> held.addAndGet(-field.cost()));
        fields.clear();
    }
}
