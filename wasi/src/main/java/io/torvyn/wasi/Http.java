package io.torvyn.wasi;

import io.torvyn.component.GuestBytes;
import io.torvyn.component.Imports;
import io.torvyn.component.Result;
import io.torvyn.component.TrapException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** wasi:http, for requests that go out; whoever wants to answer some finds the types, and nobody who asks. */
final class Http implements HttpTypes, OutgoingHandler {
    private final NetworkAccess access;
    private final Tls tls = new Tls();
    private final AtomicLong fieldBytes = new AtomicLong();
    private final AtomicLong bodyBytes = new AtomicLong();

    private Http(NetworkAccess access) {
        this.access = access;
    }

    static void addTo(Imports imports, NetworkAccess access) {
        var http = new Http(access);
        imports.add(HttpTypes.host(http)).add(OutgoingHandler.host(http));
    }

    @Override
    public Fields newFields() {
        return new HttpFields(fieldBytes);
    }

    @Override
    public Result<Fields, HeaderError> fieldsFromList(List<Tuple2<String, GuestBytes>> entries) {
        return HttpFields.of(fieldBytes, entries);
    }

    @Override
    public OutgoingRequest newOutgoingRequest(Fields headers) {
        return new HttpRequest((HttpFields) headers, bodyBytes);
    }

    @Override
    public RequestOptions newRequestOptions() {
        return new Options();
    }

    /** How long what may take; longer than anybody waits is as long as one waits. */
    private static final class Options implements RequestOptions {
        private Optional<Long> connect = Optional.empty();
        private Optional<Long> firstByte = Optional.empty();
        private Optional<Long> betweenBytes = Optional.empty();

        HttpExchange.Timeouts timeouts() {
            return new HttpExchange.Timeouts(wait(connect), wait(firstByte), wait(betweenBytes));
        }

        private static Duration wait(Optional<Long> nanos) {
            return nanos.filter(n -> n >= 0 && n < HttpExchange.LONGEST_WAIT.toNanos())
                    .map(Duration::ofNanos)
                    .orElse(HttpExchange.LONGEST_WAIT);
        }

        @Override
        public Optional<Long> connectTimeout() {
            return connect;
        }

        @Override
        public Result<@Nullable Void, @Nullable Void> setConnectTimeout(Optional<Long> duration) {
            connect = duration;
            return Result.ok();
        }

        @Override
        public Optional<Long> firstByteTimeout() {
            return firstByte;
        }

        @Override
        public Result<@Nullable Void, @Nullable Void> setFirstByteTimeout(Optional<Long> duration) {
            firstByte = duration;
            return Result.ok();
        }

        @Override
        public Optional<Long> betweenBytesTimeout() {
            return betweenBytes;
        }

        @Override
        public Result<@Nullable Void, @Nullable Void> setBetweenBytesTimeout(Optional<Long> duration) {
            betweenBytes = duration;
            return Result.ok();
        }
    }

    @Override
    public Result<FutureIncomingResponse, ErrorCode> handle(OutgoingRequest request, Optional<RequestOptions> options) {
        var outgoing = (HttpRequest) request;
        HttpExchange.Timeouts timeouts =
                options.map(each -> ((Options) each).timeouts()).orElseGet(() -> new Options().timeouts());
        Result<HttpExchange, ErrorCode> exchange = exchange(outgoing, timeouts);
        outgoing.fields().release();
        options.ifPresent(RequestOptions::drop);
        return switch (exchange) {
            case Result.Err(var error) -> {
                HttpBody body = outgoing.taken();
                if (body != null) {
                    body.pipe().abandon(error);
                }
                yield Result.err(error);
            }
            case Result.Ok(var started) -> {
                started.start();
                yield Result.ok(new FutureResponse(started));
            }
        };
    }

    private Result<HttpExchange, ErrorCode> exchange(HttpRequest request, HttpExchange.Timeouts timeouts) {
        String method = request.methodName();
        if (method.equals("CONNECT")) {
            return Result.err(new ErrorCode.HttpRequestMethodInvalid()); // the way to somebody who was not asked about
        }
        Scheme scheme = request.scheme().orElseGet(Scheme.Https::new);
        if (scheme instanceof Scheme.Other) {
            return Result.err(new ErrorCode.HttpProtocolError());
        }
        boolean secure = scheme instanceof Scheme.Https;
        HttpRequest.Destination destination = request.destination(secure ? 443 : 80);
        if (destination == null) {
            return Result.err(new ErrorCode.HttpRequestUriInvalid());
        }
        HttpBody body = request.taken();
        List<HttpMessage.Field> fields = request.fields().all();
        long lengths = fields.stream()
                .filter(field -> field.name().equalsIgnoreCase("content-length"))
                .count();
        boolean missing = body == null
                && lengths == 1
                && !request.fields().only("content-length").map(Long::parseLong).equals(Optional.of(0L));
        if (lengths > 1) {
            return Result.err(new ErrorCode.HttpProtocolError());
        }
        if (missing) {
            return Result.err(new ErrorCode.HttpRequestBodySize(Optional.of(0L)));
        }
        Lookup addresses = addresses(destination);
        if (addresses == null) {
            return Result.err(new ErrorCode.HttpRequestDenied());
        }
        if (!access.open()) {
            return Result.err(new ErrorCode.ConnectionLimitReached());
        }
        String hostName =
                switch (destination.host()) {
                    case Host.Name(var name) -> name;
                    case Host.Address(var address) -> address.getHostAddress();
                };
        return Result.ok(new HttpExchange(
                new HttpExchange.Request(
                        method,
                        request.target(),
                        destination.authority(),
                        fields,
                        body,
                        secure,
                        hostName,
                        destination.port()),
                addresses,
                timeouts,
                tls,
                bodyBytes,
                access::closed));
    }

    /** Where the request may go, all of which is granted; null when it is not. */
    private @Nullable Lookup addresses(HttpRequest.Destination destination) {
        int port = destination.port();
        return switch (destination.host()) {
            case Host.Name(var name) -> access.guestRequest(name, port);
            case Host.Address(var address) ->
                access.mayReach(NetworkGrants.Use.HTTP_OUTGOING, new InetSocketAddress(address, port))
                        ? known(new FutureTask<>(() -> List.of(address)))
                        : null;
        };
    }

    private static Lookup known(FutureTask<List<InetAddress>> task) {
        task.run();
        return new Lookup(task);
    }

    @Override
    public Result<@Nullable Void, ErrorCode> outgoingBodyFinish(OutgoingBody body, Optional<Fields> trailers) {
        return ((HttpBody) body).finish(trailers);
    }

    @Override
    public FutureTrailers incomingBodyFinish(IncomingBody body) {
        return ((ResponseBody) body).finish();
    }

    @Override
    public Optional<ErrorCode> httpErrorCode(IoError.Error error) {
        return error instanceof HttpFailure(var code) ? Optional.of(code) : Optional.empty();
    }

    /** Nobody ever gets the parameter that would be needed. */
    @Override
    public void responseOutparamSet(ResponseOutparam param, Result<OutgoingResponse, ErrorCode> response) {
        throw new TrapException("nobody waits for its response");
    }

    @Override
    public OutgoingResponse newOutgoingResponse(Fields headers) {
        return new UnsentResponse(((HttpFields) headers).share());
    }

    /** A response can be made up, and has nowhere to go. */
    private final class UnsentResponse implements OutgoingResponse {
        private final HttpFields headers;
        private int status = 200;
        private @Nullable HttpBody body;

        UnsentResponse(HttpFields headers) {
            this.headers = headers;
        }

        @Override
        public int statusCode() {
            return status;
        }

        @Override
        public Result<@Nullable Void, @Nullable Void> setStatusCode(int statusCode) {
            if (statusCode < 100 || statusCode > 999) {
                return Result.err();
            }
            status = statusCode;
            return Result.ok();
        }

        @Override
        public Fields headers() {
            return headers;
        }

        @Override
        public Result<OutgoingBody, @Nullable Void> body() {
            if (body != null) {
                return Result.err();
            }
            var made = new HttpBody(-1, bodyBytes);
            body = made;
            return Result.ok(made);
        }

        @Override
        public void drop() {
            headers.release();
        }
    }

    private final class FutureResponse implements FutureIncomingResponse {
        private final HttpExchange exchange;
        private boolean given;

        FutureResponse(HttpExchange exchange) {
            this.exchange = exchange;
        }

        @Override
        public Poll.Pollable subscribe() {
            return exchange.responded();
        }

        @Override
        public Optional<Result<Result<IncomingResponse, ErrorCode>, @Nullable Void>> get() {
            if (given) {
                return Optional.of(Result.err());
            }
            HttpMessage.Head head = exchange.head();
            if (head != null) {
                given = true;
                return Optional.of(Result.ok(Result.ok(new Response(exchange, head))));
            }
            ErrorCode failure = exchange.failure();
            if (failure != null) {
                given = true;
                return Optional.of(Result.ok(Result.err(failure)));
            }
            return Optional.empty();
        }

        @Override
        public void drop() {
            if (!given) {
                exchange.abort();
            }
        }
    }

    private final class Response implements IncomingResponse {
        private final HttpExchange exchange;
        private final int status;
        private final HttpFields headers;
        private boolean consumed;

        Response(HttpExchange exchange, HttpMessage.Head head) {
            this.exchange = exchange;
            this.status = head.status();
            this.headers = HttpFields.received(fieldBytes, head.fields()).share();
        }

        @Override
        public int status() {
            return status;
        }

        @Override
        public Fields headers() {
            return headers;
        }

        @Override
        public Result<IncomingBody, @Nullable Void> consume() {
            if (consumed) {
                return Result.err();
            }
            consumed = true;
            return Result.ok(new ResponseBody(exchange));
        }

        @Override
        public void drop() {
            headers.release();
            if (!consumed) {
                exchange.abort();
            }
        }
    }

    private final class ResponseBody implements IncomingBody {
        private final HttpExchange exchange;
        private final HttpBodyInput input;
        private boolean given;

        ResponseBody(HttpExchange exchange) {
            this.exchange = exchange;
            this.input = new HttpBodyInput(exchange.body());
        }

        @Override
        public Result<Streams.InputStream, @Nullable Void> stream() {
            if (given) {
                return Result.err();
            }
            given = true;
            return Result.ok(input);
        }

        FutureTrailers finish() {
            if (given && !input.isDropped()) {
                throw new TrapException("it finished a body whose stream it has not dropped");
            }
            exchange.body().discard();
            return new Trailers(exchange);
        }

        @Override
        public void drop() {
            exchange.abort();
        }
    }

    private final class Trailers implements FutureTrailers {
        private final HttpExchange exchange;
        private boolean given;

        Trailers(HttpExchange exchange) {
            this.exchange = exchange;
        }

        @Override
        public Poll.Pollable subscribe() {
            return exchange.body();
        }

        @Override
        public Optional<Result<Result<Optional<Fields>, ErrorCode>, @Nullable Void>> get() {
            if (given) {
                return Optional.of(Result.err());
            }
            BytePipe body = exchange.body();
            if (!body.isOver()) {
                return Optional.empty();
            }
            given = true;
            ErrorCode failure = body.failure();
            List<HttpMessage.Field> trailers = exchange.trailers();
            if (failure != null) {
                return Optional.of(Result.ok(Result.err(failure)));
            }
            return Optional.of(Result.ok(
                    Result.ok(Optional.ofNullable(trailers).map(fields -> HttpFields.received(fieldBytes, fields)))));
        }

        @Override
        public void drop() {
            exchange.abort();
        }
    }
}
