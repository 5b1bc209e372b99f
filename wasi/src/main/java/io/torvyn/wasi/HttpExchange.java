package io.torvyn.wasi;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, on a connection of their own: HTTP/1.1 without redirects, proxies, cookies and caches.
 * A virtual thread sends the head and reads the response, another one sends the body if there is any; both end with the
 * connection.
 *
 * <p>The connection goes to an address that was found before, and to no other one. Any thread.
 */
final class HttpExchange {
    /** Nobody waits longer, as in Wasmtime. */
    static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    /** How long a guest wants to wait for what. */
    record Timeouts(Duration connect, Duration firstByte, Duration betweenBytes) {}

    /** What is sent. */
    record Request(
            String method,
            String target,
            String authority,
            List<HttpMessage.Field> fields,
            @Nullable HttpBody body,
            boolean secure,
            String hostName,
            int port) {}

    private final Request request;
    private final Lookup addresses;
    private final Timeouts timeouts;
    private final Tls tls;
    private final Runnable whenClosed;
    private final BytePipe body;
    private final Watchers watchers = new Watchers();

    /** The one beneath TLS: closing it waits for nobody. */
    private @Nullable Socket socket;

    private boolean closed;
    private HttpMessage.@Nullable Head head;
    private HttpTypes.@Nullable ErrorCode failure;
    private volatile @Nullable List<HttpMessage.Field> trailers;

    /**
     * @param addresses those of the host, all of them granted
     * @param bodyBytes held by all bodies of the instance together
     * @param whenClosed is run once, by any thread
     */
    HttpExchange(
            Request request, Lookup addresses, Timeouts timeouts, Tls tls, AtomicLong bodyBytes, Runnable whenClosed) {
        this.body = new BytePipe(bodyBytes);
        this.request = request;
        this.addresses = addresses;
        this.timeouts = timeouts;
        this.tls = tls;
        this.whenClosed = whenClosed;
    }

    void start() {
        Thread.ofVirtual().name("torvyn-http").start(this::run);
    }

    private void run() {
        try {
            Socket connection = connect();
            OutputStream out = connection.getOutputStream();
            sendHead(out);
            HttpBody outgoing = request.body();
            if (outgoing != null) {
                Thread.ofVirtual().name("torvyn-http-body").start(() -> send(outgoing, out));
            }
            receive(connection);
        } catch (IOException | RuntimeException e) {
            fail(code(e));
        } catch (InterruptedException e) {
            fail(new HttpTypes.ErrorCode.ConnectionTerminated());
        } finally {
            close();
        }
    }

    /** What the request is sent on: encrypted, if it is to be. */
    private Socket connect() throws IOException {
        long end = System.nanoTime() + timeouts.connect().toNanos();
        Pollables.await(List.of(addresses, new Pollables.Timer(end)));
        if (!addresses.ready()) {
            throw new HttpMessage.Malformed(new HttpTypes.ErrorCode.DnsTimeout());
        }
        IOException last = new HttpMessage.Malformed(new HttpTypes.ErrorCode.DnsError(
                new HttpTypes.DnsErrorPayload(Optional.of("address not available"), Optional.of(0))));
        for (InetAddress address : addresses.addresses()) {
            var plain = new Socket();
            try {
                own(plain);
                plain.setTcpNoDelay(true);
                plain.connect(new InetSocketAddress(address, request.port()), millis(end));
                plain.setSoTimeout(millis(end));
                Socket connected = request.secure() ? tls.connect(plain, request.hostName(), request.port()) : plain;
                connected.setSoTimeout(millis(timeouts.firstByte()));
                return connected;
            } catch (SSLException e) {
                throw e;
            } catch (SocketTimeoutException e) {
                throw new HttpMessage.Malformed(new HttpTypes.ErrorCode.ConnectionTimeout());
            } catch (IOException e) {
                plain.close();
                last = e;
            }
        }
        throw last;
    }

    private synchronized void own(Socket made) throws IOException {
        if (closed) {
            made.close();
            throw new HttpMessage.Malformed(new HttpTypes.ErrorCode.ConnectionTerminated());
        }
        socket = made;
    }

    private static int millis(long end) {
        return millis(Duration.ofNanos(end - System.nanoTime()));
    }

    /** At least one: 0 would be for ever. */
    private static int millis(Duration duration) {
        return Math.clamp(duration.toMillis(), 1, Integer.MAX_VALUE);
    }

    private void sendHead(OutputStream out) throws IOException {
        HttpBody outgoing = request.body();
        boolean chunked = outgoing != null && outgoing.announced() < 0;
        boolean empty = outgoing == null
                && List.of("POST", "PUT", "PATCH").contains(request.method())
                && request.fields().stream().noneMatch(field -> field.name().equalsIgnoreCase("content-length"));
        List<String> framing =
                chunked ? List.of("Transfer-Encoding: chunked") : empty ? List.of("Content-Length: 0") : List.of();
        out.write(HttpMessage.head(request.method(), request.target(), request.authority(), request.fields(), framing));
        out.flush();
    }

    private void send(HttpBody outgoing, OutputStream out) {
        BytePipe pipe = outgoing.pipe();
        boolean chunked = outgoing.announced() < 0;
        try {
            for (byte[] bytes = pipe.next(); bytes != null; bytes = pipe.next()) {
                out.write(chunked ? HttpMessage.chunk(bytes) : bytes);
                out.flush();
            }
            HttpTypes.ErrorCode why = pipe.failure();
            if (why != null) {
                fail(why);
                close();
                return;
            }
            if (chunked) {
                out.write(HttpMessage.lastChunk(outgoing.trailers()));
                out.flush();
            }
        } catch (IOException e) {
            pipe.fail(code(e)); // the server may have answered all the same
        } catch (InterruptedException e) {
            pipe.fail(new HttpTypes.ErrorCode.ConnectionTerminated());
        }
    }

    private void receive(Socket connection) throws IOException, InterruptedException {
        var reader = new HttpMessage.Reader(connection.getInputStream());
        HttpMessage.Head read = reader.head(request.method().equals("HEAD"));
        synchronized (this) {
            head = read;
        }
        watchers.wakeAll();
        connection.setSoTimeout(millis(timeouts.betweenBytes()));
        trailers = reader.body(read.framing(), body);
        body.end();
    }

    private static HttpTypes.ErrorCode code(Exception e) {
        return switch (e) {
            case HttpMessage.Malformed malformed -> malformed.code();
            case SocketTimeoutException _ -> new HttpTypes.ErrorCode.ConnectionReadTimeout();
            case NoRouteToHostException _ -> new HttpTypes.ErrorCode.DestinationIpUnroutable();
            case ConnectException _ ->
                SocketErrors.code(e) == SocketsNetwork.ErrorCode.TIMEOUT
                        ? new HttpTypes.ErrorCode.ConnectionTimeout()
                        : new HttpTypes.ErrorCode.ConnectionRefused();
            case SSLException _ ->
                hasCause(e, CertificateException.class) || hasCause(e, InvalidAlgorithmParameterException.class)
                        ? new HttpTypes.ErrorCode.TlsCertificateError()
                        : new HttpTypes.ErrorCode.TlsProtocolError();
            case IOException _ -> new HttpTypes.ErrorCode.ConnectionTerminated();
            default -> new HttpTypes.ErrorCode.InternalError(Optional.of(e.toString()));
        };
    }

    private static boolean hasCause(Throwable thrown, Class<? extends Throwable> type) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    /** There will be no response, or not all of one. */
    private void fail(HttpTypes.ErrorCode why) {
        synchronized (this) {
            if (failure == null) {
                failure = why;
            }
        }
        body.fail(why);
        watchers.wakeAll();
    }

    /** Nobody wants any of it any more. */
    void abort() {
        var why = new HttpTypes.ErrorCode.ConnectionTerminated();
        fail(why);
        body.abandon(why);
        close();
    }

    private void close() {
        Socket last;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            last = socket;
        }
        HttpBody outgoing = request.body();
        HttpTypes.ErrorCode why = failure();
        if (outgoing != null && why != null) {
            outgoing.pipe().abandon(why);
        } else if (outgoing != null) {
            outgoing.pipe().discard(); // there is a response already
        }
        if (last != null) {
            try {
                last.close();
            } catch (IOException e) {
                // Nothing can be done about it, and the descriptor has gone.
            }
        }
        whenClosed.run();
    }

    /** Null as long as it has not come. */
    synchronized HttpMessage.@Nullable Head head() {
        return head;
    }

    /** Why there is none; null as long as that is open. */
    synchronized HttpTypes.@Nullable ErrorCode failure() {
        return failure;
    }

    BytePipe body() {
        return body;
    }

    /** Once the body is over; null when there are none. */
    @Nullable
    List<HttpMessage.Field> trailers() {
        return trailers;
    }

    /** Ready when the response has begun, or will not. */
    Waitable responded() {
        return new Watched() {
            @Override
            public boolean ready() {
                return head() != null || failure() != null;
            }

            @Override
            public Watchers watchers() {
                return watchers;
            }
        };
    }
}
