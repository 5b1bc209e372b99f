package io.torvyn.wasi;

import io.torvyn.component.Result;
import io.torvyn.component.TrapException;
import org.jspecify.annotations.Nullable;

/** {@code wasi:cli/exit}: a trap, since the instance is finished, with a {@link ProgramExit} as its cause. */
final class GuestExit implements Exit {
    @Override
    public void exit(Result<@Nullable Void, @Nullable Void> status) {
        boolean ok = status instanceof Result.Ok;
        throw new TrapException(
                "it called wasi:cli/exit with status " + (ok ? "ok" : "error"), new ProgramExit(ok ? 0 : 1));
    }

    @Override
    public void exitWithCode(int statusCode) {
        throw new TrapException("it called wasi:cli/exit with code " + statusCode, new ProgramExit(statusCode));
    }
}
