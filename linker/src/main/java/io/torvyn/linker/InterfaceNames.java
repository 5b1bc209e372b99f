package io.torvyn.linker;

import io.torvyn.component.HostInstance;
import io.torvyn.component.Imports;
import io.torvyn.types.Defaults;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Names of interfaces, compared as they are when a component is instantiated. */
final class InterfaceNames {
    private InterfaceNames() {}

    /** The name in the version of the contract that this build runs. */
    static String ofContract(String path) {
        return path + "@" + Defaults.CONTRACT_VERSION;
    }

    /** The offered name that {@code wanted} means, by the rules of {@link Imports}; empty when none does. */
    static Optional<String> match(String wanted, Collection<String> offered) {
        Imports names = new Imports();
        offered.forEach(name -> names.add(new HostInstance(name, Map.of())));
        return Optional.ofNullable(names.instance(wanted)).map(HostInstance::name);
    }

    /** The name without its version. */
    static String path(String name) {
        int at = name.indexOf('@');
        return at < 0 ? name : name.substring(0, at);
    }

    /** The version in a name; empty when there is none. */
    static String version(String name) {
        int at = name.indexOf('@');
        return at < 0 ? "" : name.substring(at + 1);
    }

    /** The qualified name of an interface or a world of a package. */
    static String in(String packageName, String plainName) {
        String version = version(packageName);
        return path(packageName) + "/" + plainName + (version.isEmpty() ? "" : "@" + version);
    }

    /** The part of a qualified name before the slash, with its version; the whole of a name without one. */
    static String packageOf(String name) {
        int slash = name.indexOf('/');
        String version = version(name);
        return slash < 0 ? name : name.substring(0, slash) + (version.isEmpty() ? "" : "@" + version);
    }

    /** What stands behind the slash of a qualified name, without its version. */
    static String plain(String name) {
        return path(name).substring(name.indexOf('/') + 1);
    }
}
