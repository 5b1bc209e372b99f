/**
 * The WASI 0.2 host: command line, streams, files, clocks, random numbers, sockets and outgoing HTTP requests so far;
 * every other interface links, and is denied when it is called.
 *
 * <p>Start with {@link io.torvyn.wasi.Wasi}, then {@link io.torvyn.wasi.WasiGrants}, which says what a component may
 * have. What has no comment of this kind is generated from the WIT files among the resources.
 */
@NullMarked
package io.torvyn.wasi;

import org.jspecify.annotations.NullMarked;
