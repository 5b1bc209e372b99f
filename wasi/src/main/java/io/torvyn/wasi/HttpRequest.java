package io.torvyn.wasi;

import io.torvyn.component.Result;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A request that a guest makes up: wasi:http/types. On the instance's thread. */
final class HttpRequest implements HttpTypes.OutgoingRequest {
    /** A path and a query: printable, without a fragment. */
    private static final Pattern TARGET = Pattern.compile("[/?][\\x21\\x22\\x24-\\x7e]*|\\*|");

    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*");
    private static final Pattern AUTHORITY =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^\\[\\]@:/?#\\\\]+)(?::([0-9]{1,5}))?");
    private static final int LONGEST_TEXT = 1 << 14;

    private final HttpFields headers;
    private final AtomicLong bodyBytes;
    private HttpTypes.Method method = new HttpTypes.Method.Get();
    private Optional<String> target = Optional.empty();
    private Optional<HttpTypes.Scheme> scheme = Optional.empty();
    private Optional<String> authority = Optional.empty();
    private @Nullable HttpBody body;

    /** A host and its port, as an authority names them. */
    record Destination(Host host, String authority, int port) {}

    /** @param bodyBytes held by all bodies of the instance together */
    HttpRequest(HttpFields headers, AtomicLong bodyBytes) {
        this.headers = headers.share();
        this.bodyBytes = bodyBytes;
    }

    @Override
    public Result<HttpTypes.OutgoingBody, @Nullable Void> body() {
        if (body != null) {
            return Result.err();
        }
        var made =
                new HttpBody(headers.only("content-length").map(Long::parseLong).orElse(-1L), bodyBytes);
        body = made;
        return Result.ok(made);
    }

    /** Null when the guest has never asked for it: then there is none. */
    @Nullable
    HttpBody taken() {
        return body;
    }

    @Override
    public HttpTypes.Method method() {
        return method;
    }

    String methodName() {
        return switch (method) {
            case HttpTypes.Method.Get() -> "GET";
            case HttpTypes.Method.Head() -> "HEAD";
            case HttpTypes.Method.Post() -> "POST";
            case HttpTypes.Method.Put() -> "PUT";
            case HttpTypes.Method.Delete() -> "DELETE";
            case HttpTypes.Method.Connect() -> "CONNECT";
            case HttpTypes.Method.Options() -> "OPTIONS";
            case HttpTypes.Method.Trace() -> "TRACE";
            case HttpTypes.Method.Patch() -> "PATCH";
            case HttpTypes.Method.Other(var name) -> name;
        };
    }

    @Override
    public Result<@Nullable Void, @Nullable Void> setMethod(HttpTypes.Method method) {
        if (method instanceof HttpTypes.Method.Other(var name) && (name.length() > 64 || !HttpFields.isToken(name))) {
            return Result.err();
        }
        this.method = method;
        return Result.ok();
    }

    @Override
    public Optional<String> pathWithQuery() {
        return target;
    }

    /** What the request asks its server for. */
    String target() {
        String text = target.orElse("/");
        return text.isEmpty() || text.startsWith("?") ? "/" + text : text;
    }

    @Override
    public Result<@Nullable Void, @Nullable Void> setPathWithQuery(Optional<String> pathWithQuery) {
        if (!pathWithQuery
                .map(text ->
                        text.length() <= LONGEST_TEXT && TARGET.matcher(text).matches())
                .orElse(true)) {
            return Result.err();
        }
        target = pathWithQuery;
        return Result.ok();
    }

    @Override
    public Optional<HttpTypes.Scheme> scheme() {
        return scheme;
    }

    @Override
    public Result<@Nullable Void, @Nullable Void> setScheme(Optional<HttpTypes.Scheme> scheme) {
        if (scheme.orElse(null) instanceof HttpTypes.Scheme.Other(var name)
                && (name.length() > 64 || !SCHEME.matcher(name).matches())) {
            return Result.err();
        }
        this.scheme = scheme;
        return Result.ok();
    }

    @Override
    public Optional<String> authority() {
        return authority;
    }

    @Override
    public Result<@Nullable Void, @Nullable Void> setAuthority(Optional<String> authority) {
        if (authority.isPresent() && destination(authority.get(), 0) == null) {
            return Result.err();
        }
        this.authority = authority;
        return Result.ok();
    }

    /** Where it goes; null when it does not say. */
    @Nullable
    Destination destination(int defaultPort) {
        return authority.map(text -> destination(text, defaultPort)).orElse(null);
    }

    private static @Nullable Destination destination(String text, int defaultPort) {
        var matcher = AUTHORITY.matcher(text);
        if (text.length() > 1_000 || !matcher.matches()) {
            return null;
        }
        Host host = Host.parse(matcher.group(1));
        int port = matcher.group(2) == null ? defaultPort : Integer.parseInt(matcher.group(2));
        if (host == null || port > 0xffff) {
            return null;
        }
        String name =
                switch (host) {
                    case Host.Name(var ascii) -> ascii;
                    case Host.Address(var address) -> NetworkAccess.text(address);
                };
        return new Destination(host, matcher.group(2) == null ? name : name + ":" + port, port);
    }

    @Override
    public HttpTypes.Fields headers() {
        return headers;
    }

    HttpFields fields() {
        return headers;
    }

    @Override
    public void drop() {
        headers.release();
        HttpBody taken = body;
        if (taken != null) {
            taken.abandon();
        }
    }
}
