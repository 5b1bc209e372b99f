package io.torvyn.component;

import org.jspecify.annotations.Nullable;

/**
 * A WIT {@code result<T, E>}: a value either way, never an exception.
 *
 * @param <T> {@link Void} where WIT has {@code _} or nothing
 * @param <E> the same
 */
public sealed interface Result<T extends @Nullable Object, E extends @Nullable Object> {
    record Ok<T extends @Nullable Object, E extends @Nullable Object>(T value) implements Result<T, E> {
        @SuppressWarnings("NullAway") // it does not see that null is a value of @Nullable Void
        private static final Ok<?, ?> WITHOUT_VALUE = new Ok<@Nullable Void, @Nullable Void>(null);
    }

    record Err<T extends @Nullable Object, E extends @Nullable Object>(E error) implements Result<T, E> {}

    static <T extends @Nullable Object, E extends @Nullable Object> Result<T, E> ok(T value) {
        return new Ok<>(value);
    }

    static <T extends @Nullable Object, E extends @Nullable Object> Result<T, E> err(E error) {
        return new Err<>(error);
    }

    /** Success without a value: always the same one. */
    @SuppressWarnings("unchecked") // there is no error in it
    static <E extends @Nullable Object> Result<@Nullable Void, E> ok() {
        return (Result<@Nullable Void, E>) Ok.WITHOUT_VALUE;
    }

    /** Failure without a value. */
    @SuppressWarnings("NullAway") // it does not see that null is a value of @Nullable Void
    static <T extends @Nullable Object> Result<T, @Nullable Void> err() {
        return new Err<>(null);
    }
}
