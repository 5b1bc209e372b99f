package io.torvyn.pipeline;

import io.torvyn.component.Component;
import io.torvyn.component.Imports;
import io.torvyn.component.Result;
import io.torvyn.linker.HostInterfaces;
import io.torvyn.streaming.BufferAllocator;
import io.torvyn.streaming.Types;
import io.torvyn.wasi.DenialListener;
import io.torvyn.wasi.Wasi;
import io.torvyn.wasi.WasiGrants;

/** What a stage's component is instantiated with; the linker compares with the same. */
public final class GuestImports {
    private GuestImports() {}

    /** As the linker takes them. */
    public static HostInterfaces ofHost() {
        return new HostInterfaces(
                GuestImports::isProvided, component -> of(component, new NoBuffers(), WasiGrants.NONE, new Unheard()));
    }

    static Imports of(Component component, BufferAllocator allocator, WasiGrants grants, DenialListener denials) {
        var imports = torvyn(allocator);
        Wasi.addTo(imports, component, grants, denials);
        return imports;
    }

    private static Imports torvyn(BufferAllocator allocator) {
        return new Imports().add(Types.host()).add(BufferAllocator.host(allocator));
    }

    private static boolean isProvided(String interfaceName) {
        return Wasi.provides(interfaceName) || torvyn(new NoBuffers()).instance(interfaceName) != null;
    }

    /** Linking calls nothing. */
    private static final class NoBuffers implements BufferAllocator {
        @Override
        public Result<Types.MutableBuffer, Types.BufferError> allocate(long capacityHint) {
            throw new IllegalStateException("there are no buffers before a flow runs");
        }

        @Override
        public Result<Types.MutableBuffer, Types.BufferError> cloneIntoMutable(Types.Buffer source) {
            throw new IllegalStateException("there are no buffers before a flow runs");
        }
    }

    private static final class Unheard implements DenialListener {
        @Override
        public void denied(String capability, String detail) {}

        @Override
        public void used(String capability) {}
    }
}
