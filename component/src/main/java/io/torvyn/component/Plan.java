package io.torvyn.component;

import io.torvyn.component.ExternType.ComponentType;
import java.util.List;

/** A component that has been validated: its type, and the steps that instantiate it. */
record Plan(ComponentType type, List<Step> steps) {
    Plan {
        steps = List.copyOf(steps);
    }
}
