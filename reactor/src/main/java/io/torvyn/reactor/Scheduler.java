package io.torvyn.reactor;

import io.torvyn.types.Defaults;
import org.jspecify.annotations.Nullable;

/** Chooses among the stages of one flow; owned by its thread. */
sealed interface Scheduler {
    static Scheduler of(SchedulingPolicy policy) {
        return switch (policy) {
            case SchedulingPolicy.DemandDriven _ -> new DemandDriven();
            case SchedulingPolicy.RoundRobin _ -> new RoundRobin();
            case SchedulingPolicy.WeightedFair _ -> new WeightedFair();
            case SchedulingPolicy.Priority _ -> new Priority();
        };
    }

    /**
     * @param stages in topological order
     * @param now {@link System#nanoTime()}
     * @return null when none is ready
     */
    @Nullable
    Stage next(Stage[] stages, long now);

    /** Elements that the chosen stage may handle in one go. */
    default int burst() {
        return Defaults.ELEMENTS_PER_YIELD;
    }

    final class DemandDriven implements Scheduler {
        @Override
        public @Nullable Stage next(Stage[] stages, long now) {
            for (int i = stages.length - 1; i >= 0; i--) {
                if (stages[i].isReady(now)) {
                    return stages[i];
                }
            }
            return null;
        }

        @Override
        public int burst() {
            return 1;
        }
    }

    final class RoundRobin implements Scheduler {
        private int last = -1;

        @Override
        public @Nullable Stage next(Stage[] stages, long now) {
            for (int i = 1; i <= stages.length; i++) {
                int candidate = (last + i) % stages.length;
                if (stages[candidate].isReady(now)) {
                    last = candidate;
                    return stages[candidate];
                }
            }
            return null;
        }
    }

    final class WeightedFair implements Scheduler {
        @Override
        public @Nullable Stage next(Stage[] stages, long now) {
            Stage best = null;
            for (int i = stages.length - 1; i >= 0; i--) {
                Stage stage = stages[i];
                if ((best == null || stage.busyNanos * best.priority < best.busyNanos * stage.priority)
                        && stage.isReady(now)) {
                    best = stage;
                }
            }
            return best;
        }
    }

    final class Priority implements Scheduler {
        @Override
        public @Nullable Stage next(Stage[] stages, long now) {
            Stage best = null;
            for (int i = stages.length - 1; i >= 0; i--) {
                Stage stage = stages[i];
                if ((best == null || stage.priority > best.priority) && stage.isReady(now)) {
                    best = stage;
                }
            }
            return best;
        }
    }
}
