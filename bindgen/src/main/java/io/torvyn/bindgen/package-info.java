/**
 * Turns WIT interfaces into Java.
 *
 * <p>{@link io.torvyn.bindgen.JavaGenerator} is the door, {@code Marshalling} the heart; the command line is {@link
 * io.torvyn.bindgen.Bindgen}. What a WIT interface becomes:
 *
 * <ul>
 *   <li>One public interface, its types nested in it: records, sealed interfaces for variants, enums. A resource of the
 *       host is an interface to implement, one of a guest a class to close.
 *   <li>{@code host(...)}, when components import it: the interface linked to an implementation. The canonical ABI's
 *       side of it is a class of its own, {@code ...Lowered}, which nobody else sees.
 *   <li>{@code Guest}, when components export it: a class that calls them; and in {@code ...Area} the named offsets of
 *       what they return in memory.
 *   <li>{@code ...Layout} for each type: its bare structure, its named offsets, {@code load} and {@code store}.
 * </ul>
 *
 * <p>Value types: {@code u8}, {@code u16} and {@code u32} are {@code int}, {@code u64} is {@code long} (unsigned, both
 * of them, where the top bit is set), {@code char} is the {@code int} of a code point, {@code flags} are a {@link
 * java.util.Set} of an enum, {@code option} is {@link java.util.Optional}, {@code result} {@link
 * io.torvyn.component.Result}, a tuple a record {@code Tuple2}, {@code Tuple3}... A {@code list<u8>} has a Java type by
 * who holds it: {@link io.torvyn.component.GuestBytes} where the host is given one, valid during that call only; {@link
 * io.torvyn.component.ByteSource} where the host gives one; {@link io.torvyn.component.Bytes}, a copy, inside records
 * and variants and in what a guest returns.
 *
 * <p>A resource of an interface that components export is implemented by the guest: it becomes a class with the
 * resource's methods, an object for each handle, which whoever has it closes or gives away. Where such an interface is
 * imported too, its types would mean two things, so it becomes two interfaces: {@code Keys} of the host's resources, {@code
 * GuestKeys} of the guest's.
 *
 * <p>What a world has outside of interfaces becomes one interface too, called after the world: the functions that it
 * imports are its methods, {@code addTo(...)} offers them, its types are nested in it, and its {@code Guest} calls the
 * functions that it exports. Interfaces that stand in a world, or have a name of the world's choice, become interfaces
 * of that name.
 *
 * <p>Comments become Javadoc, {@code @since} a tag, {@code @deprecated} a tag and an annotation; of what is unstable, Javadoc
 * says the feature.
 *
 * <p>Names are WIT's in Java's spelling. Interfaces that would be called the same are called after their packages, or
 * their versions: {@code ClockV0_1_0}. What Java or the bindings have a use for gets an underscore: {@code default_}.
 */
@NullMarked
package io.torvyn.bindgen;

import org.jspecify.annotations.NullMarked;
