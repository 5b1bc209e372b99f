package io.torvyn.types;

import java.time.Duration;

/** The numbers that hold where nobody says otherwise. */
public final class Defaults {
    public static final String TORVYN_VERSION = "0.1.0";
    public static final String CONTRACT_VERSION = "0.1.0";
    /** Elements a queue holds. */
    public static final int QUEUE_DEPTH = 64;
    /** A queue that was full is open again at this share of its capacity. */
    public static final double LOW_WATERMARK_RATIO = 0.5;
    /** The largest payload, in bytes. */
    public static final int MAX_BUFFER_SIZE = 16 << 20;
    /** What one component's buffers may hold together, in bytes of capacity. */
    public static final long COMPONENT_BUFFER_BUDGET = 64L << 20;
    /** Live buffers of one component. */
    public static final int COMPONENT_HANDLE_LIMIT = 1024;
    /** Linear memory of one instance, in bytes. */
    public static final long MAX_MEMORY = 16L << 20;
    /** Elements of all tables of one instance. */
    public static final int MAX_TABLE_ELEMENTS = 10_000;
    /** Calls of recursive functions that are nested within each other. */
    public static final int MAX_CALL_DEPTH = 5_000;
    /** What a user's cache of compiled code may take on disk, in bytes. */
    public static final long CACHE_MAX_SIZE = 1L << 30;
    /** Edges that meet in one port. */
    public static final int FAN_LIMIT = 16;
    /** Bytes of a content type that are kept, cut on a character boundary. */
    public static final int MAX_CONTENT_TYPE_BYTES = 63;
    /** Different content types in one flow. */
    public static final int MAX_CONTENT_TYPES = 256;
    /** The longest line of a native line source, in bytes with its terminator. */
    public static final int MAX_LINE = 1 << 20;
    /** Elements one stage handles before another has its turn. */
    public static final int ELEMENTS_PER_YIELD = 32;

    public static final Duration INVOCATION_TIMEOUT = Duration.ofSeconds(5);
    public static final Duration INIT_TIMEOUT = Duration.ofSeconds(5);
    public static final Duration TEARDOWN_TIMEOUT = Duration.ofSeconds(2);
    public static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(5);
    public static final Duration COOPERATIVE_CANCEL_TIMEOUT = Duration.ofSeconds(1);
    public static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(30);

    private Defaults() {}
}
