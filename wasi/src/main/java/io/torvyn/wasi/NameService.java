package io.torvyn.wasi;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Where addresses of names come from. Blocks for as long as that takes; any thread. */
@FunctionalInterface
interface NameService {
    /** The one of the machine. */
    NameService SYSTEM = name -> List.of(InetAddress.getAllByName(name));

    List<InetAddress> lookUp(String name) throws UnknownHostException;
}
