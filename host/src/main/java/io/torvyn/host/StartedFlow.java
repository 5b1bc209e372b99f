package io.torvyn.host;

import io.torvyn.reactor.Flow;
import io.torvyn.types.Diagnostic;
import java.util.List;

/**
 * A flow that runs.
 *
 * @param grants what its nodes were granted
 * @param warnings what was found on the way that is allowed, but probably not meant
 */
record StartedFlow(Flow flow, Grants grants, List<Diagnostic> warnings) {}
