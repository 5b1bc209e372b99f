package io.torvyn.wasi;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Errors of the operating system that the JDK does not tell apart by type: of these an exception has nothing but the
 * words of the C library, in the language of the process.
 */
public enum SystemError {
    CONNECTION_REFUSED,
    TIMED_OUT,
    UNREACHABLE,
    ADDRESS_IN_USE,
    ADDRESS_NOT_AVAILABLE,
    PERMISSION_DENIED,
    CONNECTION_RESET,
    CONNECTION_ABORTED,
    /** Nobody reads any more what is written. */
    BROKEN_PIPE,
    TOO_MANY_OPEN_FILES,
    MESSAGE_TOO_LONG,
    OUT_OF_MEMORY,
    INVALID_ARGUMENT,
    NOT_SUPPORTED;

    /**
     * What an exception stands for, by its message.
     *
     * @return empty when it is none of these, or nobody can tell
     */
    public static Optional<SystemError> of(Exception failure) {
        String message = failure.getMessage();
        if (message == null) {
            return Optional.empty();
        }
        SystemError english = inEnglish(message.toLowerCase(Locale.ROOT));
        return Optional.ofNullable(english == null ? OwnWords.KNOWN.find(message) : english);
    }

    /** Whether what was written had nobody to read it. */
    public static boolean isBrokenPipe(IOException failure) {
        return of(failure).filter(BROKEN_PIPE::equals).isPresent();
    }

    /** The words of glibc, musl and macOS; and those of the JDK itself, which has its own on Windows. */
    private static @Nullable SystemError inEnglish(String words) {
        for (SystemError error : values()) {
            for (String phrase : error.phrases()) {
                if (words.contains(phrase)) {
                    return error;
                }
            }
        }
        return null;
    }

    private String[] phrases() {
        return switch (this) {
            case CONNECTION_REFUSED -> new String[] {"connection refused"};
            case TIMED_OUT -> new String[] {"timed out"};
            case UNREACHABLE ->
                new String[] {"unreachable", "no route to host", "host is down", "network is down", "network down"};
            case ADDRESS_IN_USE -> new String[] {"address already in use", "address in use"};
            case ADDRESS_NOT_AVAILABLE -> new String[] {"assign requested address", "address not available"};
            case PERMISSION_DENIED -> new String[] {"permission denied", "operation not permitted"};
            case CONNECTION_RESET -> new String[] {"connection reset"};
            case CONNECTION_ABORTED -> new String[] {"connection abort", "connection was aborted"};
            case BROKEN_PIPE -> new String[] {"broken pipe"};
            case TOO_MANY_OPEN_FILES -> new String[] {"too many open files", "no file descriptors available"};
            case MESSAGE_TOO_LONG -> new String[] {"message too l"};
            case OUT_OF_MEMORY -> new String[] {"cannot allocate memory", "no buffer space", "out of memory"};
            case INVALID_ARGUMENT -> new String[] {"invalid argument"};
            case NOT_SUPPORTED -> new String[] {"not supported", "unavailable", "protocol not available"};
        };
    }

    /** Numbers of {@link Errno}. */
    int[] numbers() {
        return switch (this) {
            case CONNECTION_REFUSED -> new int[] {Errno.ECONNREFUSED};
            case TIMED_OUT -> new int[] {Errno.ETIMEDOUT};
            case UNREACHABLE -> new int[] {Errno.ENETUNREACH, Errno.EHOSTUNREACH, Errno.EHOSTDOWN, Errno.ENETDOWN};
            case ADDRESS_IN_USE -> new int[] {Errno.EADDRINUSE};
            case ADDRESS_NOT_AVAILABLE -> new int[] {Errno.EADDRNOTAVAIL};
            case PERMISSION_DENIED -> new int[] {Errno.EACCES, Errno.EPERM};
            case CONNECTION_RESET -> new int[] {Errno.ECONNRESET};
            case CONNECTION_ABORTED -> new int[] {Errno.ECONNABORTED};
            case BROKEN_PIPE -> new int[] {Errno.EPIPE};
            case TOO_MANY_OPEN_FILES -> new int[] {Errno.EMFILE, Errno.ENFILE};
            case MESSAGE_TOO_LONG -> new int[] {Errno.EMSGSIZE};
            case OUT_OF_MEMORY -> new int[] {Errno.ENOMEM, Errno.ENOBUFS};
            case INVALID_ARGUMENT -> new int[] {Errno.EINVAL};
            case NOT_SUPPORTED ->
                new int[] {Errno.EOPNOTSUPP, Errno.EPROTONOSUPPORT, Errno.EAFNOSUPPORT, Errno.ENOPROTOOPT};
        };
    }

    /** What a C library says for each. */
    record Words(Map<SystemError, String[]> words) {
        static Words of(IntFunction<String> text) {
            Map<SystemError, String[]> words = new EnumMap<>(SystemError.class);
            for (SystemError error : values()) {
                int[] numbers = error.numbers();
                var texts = new String[numbers.length];
                for (int i = 0; i < numbers.length; i++) {
                    texts[i] = text.apply(numbers[i]);
                }
                words.put(error, texts);
            }
            return new Words(words);
        }

        /** The JDK says more at the end of some messages: {@code Broken pipe (Write failed)}. */
        @Nullable
        SystemError find(String message) {
            for (Map.Entry<SystemError, String[]> entry : words.entrySet()) {
                for (String text : entry.getValue()) {
                    if (!text.isEmpty() && message.startsWith(text)) {
                        return entry.getKey();
                    }
                }
            }
            return null;
        }
    }

    /**
     * What the C library of this process says. It is asked when a message is not in English, and never before: that takes
     * native access, which an application may not have given. Only where the numbers are known.
     */
    static final class OwnWords {
        static final Words KNOWN = Words.of(text());

        private OwnWords() {}

        private static IntFunction<String> text() {
            if (Syscalls.unavailable().isPresent()) {
                return _ -> "";
            }
            try {
                return strerror();
            } catch (IllegalCallerException e) { // no native access; then they stay unknown
                return _ -> "";
            }
        }

        @SuppressWarnings("restricted") // char *strerror(int)
        private static IntFunction<String> strerror() {
            Linker linker = Linker.nativeLinker();
            SymbolLookup lookup = linker.defaultLookup();
            Optional<MemorySegment> symbol = lookup.find("strerror");
            if (symbol.isEmpty()) {
                return _ -> "";
            }
            MethodHandle strerror = linker.downcallHandle(
                    symbol.get(), FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
            // As the JDK decodes them.
            Charset charset = Charset.forName(
                    System.getProperty(
                            "sun.jnu.encoding", Charset.defaultCharset().name()),
                    Charset.defaultCharset());
            return number -> {
                try {
                    var text = (MemorySegment) strerror.invokeExact(number);
                    return text.reinterpret(Long.MAX_VALUE).getString(0, charset);
                } catch (Throwable t) {
                    throw Syscalls.unexpected(t);
                }
            };
        }
    }
}
