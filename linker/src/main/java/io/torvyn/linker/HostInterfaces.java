package io.torvyn.linker;

import io.torvyn.component.Component;
import io.torvyn.component.Imports;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What the host offers to components.
 *
 * @param provides whether it offers an interface of that name
 * @param imports what it would instantiate a component with; only the types of it are looked at
 */
public record HostInterfaces(Predicate<String> provides, Function<Component, Imports> imports) {}
