package io.torvyn.resources;

import io.torvyn.types.BufferHandle;
import io.torvyn.types.ErrorCode;
import io.torvyn.types.Failure;

/** Why a buffer could not be had or used: E0300–E0311. */
public sealed interface ResourceFailure extends Failure {
    /** The slot has been used again since, or is in a state that forbids the operation. */
    record StaleHandle(BufferHandle handle, String detail) implements ResourceFailure {}

    record NotOwner(BufferHandle handle, String owner, String caller) implements ResourceFailure {}

    record NotAllocated(BufferHandle handle) implements ResourceFailure {}

    record BorrowsOutstanding(BufferHandle handle, int count) implements ResourceFailure {}

    record MutableLeaseActive(BufferHandle handle) implements ResourceFailure {}

    record ReadOnlyLeasesActive(BufferHandle handle, int count) implements ResourceFailure {}

    /** All figures in bytes of capacity. */
    record BudgetExceeded(String component, long current, long requested, long budget) implements ResourceFailure {}

    record AllocationFailed(int capacity, String reason) implements ResourceFailure {}

    /** @param what the buffer, or {@code a buffer} when there is none yet */
    record CapacityExceeded(String what, long capacity, String attempted) implements ResourceFailure {}

    record OutOfBounds(BufferHandle handle, String offset, int size) implements ResourceFailure {}

    record PoolExhausted(PoolTier tier, int requested, int poolSize) implements ResourceFailure {}

    record HandleLimitExceeded(String component, int limit) implements ResourceFailure {}

    @Override
    default ErrorCode code() {
        return switch (this) {
            case StaleHandle _ -> ErrorCode.STALE_HANDLE;
            case NotOwner _ -> ErrorCode.NOT_OWNER;
            case NotAllocated _ -> ErrorCode.NOT_ALLOCATED;
            case BorrowsOutstanding _ -> ErrorCode.BORROWS_OUTSTANDING;
            case MutableLeaseActive _ -> ErrorCode.MUTABLE_LEASE_ACTIVE;
            case ReadOnlyLeasesActive _ -> ErrorCode.READ_ONLY_LEASES_ACTIVE;
            case BudgetExceeded _ -> ErrorCode.BUDGET_EXCEEDED;
            case AllocationFailed _ -> ErrorCode.ALLOCATION_FAILED;
            case CapacityExceeded _ -> ErrorCode.CAPACITY_EXCEEDED;
            case OutOfBounds _ -> ErrorCode.OUT_OF_BOUNDS;
            case PoolExhausted _ -> ErrorCode.POOL_EXHAUSTED;
            case HandleLimitExceeded _ -> ErrorCode.HANDLE_LIMIT_EXCEEDED;
        };
    }

    @Override
    default String message() {
        return switch (this) {
            case StaleHandle(var handle, var detail) -> handle + " cannot be used: " + detail + ".";
            case NotOwner(var handle, var owner, var caller) ->
                handle + " belongs to " + owner + ", not to " + caller + ".";
            case NotAllocated(var handle) -> handle + " is not allocated.";
            case BorrowsOutstanding(var handle, var count) -> handle + " is lent " + count + " times.";
            case MutableLeaseActive(var handle) -> handle + " is leased for writing.";
            case ReadOnlyLeasesActive(var handle, var count) -> handle + " is leased for reading " + count + " times.";
            case BudgetExceeded(var component, var current, var requested, var budget) ->
                component + " holds " + current + " bytes of buffers and asked for " + requested
                        + " more; its budget is " + budget + ".";
            case AllocationFailed(var capacity, var reason) ->
                "A buffer of " + capacity + " bytes could not be allocated: " + reason + ".";
            case CapacityExceeded(var what, var capacity, var attempted) ->
                what + " holds at most " + capacity + " bytes, not " + attempted + ".";
            case OutOfBounds(var handle, var offset, var size) ->
                "Offset " + offset + " of " + handle + " lies past its " + size + " bytes of content.";
            case PoolExhausted(var tier, var requested, var poolSize) ->
                "All " + poolSize + " buffers of the " + tier.label() + " pool are in use; " + requested
                        + " bytes were asked for.";
            case HandleLimitExceeded(var component, var limit) ->
                component + " holds " + limit + " buffer handles, which is its limit.";
        };
    }

    @Override
    default String help() {
        return switch (this) {
            case StaleHandle _ -> "The component kept a handle longer than it may.";
            case NotOwner _ -> "Only the owner may move, free or write a buffer.";
            case NotAllocated _ -> "Allocate a buffer first.";
            case BorrowsOutstanding _ -> "Wait until every borrow has ended.";
            case MutableLeaseActive _, ReadOnlyLeasesActive _ -> "Wait until the lease has ended.";
            case BudgetExceeded _ -> "Free buffers earlier, or send smaller ones: the budget of a component is fixed.";
            case AllocationFailed _ -> "Enlarge the pools or keep fewer buffers in flight.";
            case CapacityExceeded _ -> "Ask for a larger buffer or send the data in pieces.";
            case OutOfBounds _ -> "Keep the offset within size().";
            case PoolExhausted(var tier, var _, var _) ->
                "Raise runtime.pools." + tier.label()
                        + "_pool_size or set runtime.pools.exhaustion_policy to \"fallback-alloc\".";
            case HandleLimitExceeded _ -> "Drop handles that are no longer needed: the limit of a component is fixed.";
        };
    }

    @Override
    default boolean isFatal() {
        return switch (this) {
            case StaleHandle _, NotOwner _, NotAllocated _, BorrowsOutstanding _ -> true;
            case MutableLeaseActive _,
                    ReadOnlyLeasesActive _,
                    BudgetExceeded _,
                    AllocationFailed _,
                    CapacityExceeded _,
                    OutOfBounds _,
                    PoolExhausted _,
                    HandleLimitExceeded _ -> false;
        };
    }

    @Override
    default boolean isRetryable() {
        return switch (this) {
            case MutableLeaseActive _,
                    ReadOnlyLeasesActive _,
                    BudgetExceeded _,
                    AllocationFailed _,
                    PoolExhausted _,
                    HandleLimitExceeded _ -> true;
            case StaleHandle _, NotOwner _, NotAllocated _, BorrowsOutstanding _, CapacityExceeded _, OutOfBounds _ ->
                false;
        };
    }
}
