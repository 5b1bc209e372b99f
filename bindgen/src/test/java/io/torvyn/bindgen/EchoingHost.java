package io.torvyn.bindgen;

import io.torvyn.bindgen.values.Bytes;
import io.torvyn.bindgen.values.Echo;
import io.torvyn.bindgen.values.Kinds;
import io.torvyn.bindgen.values.Tuple2;
import io.torvyn.bindgen.values.Tuple3;
import io.torvyn.component.ByteSource;
import io.torvyn.component.GuestBytes;
import io.torvyn.component.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gives back what it gets, and remembers the tokens it made. */
class EchoingHost implements Kinds, Echo, Bytes {
    final List<Token> made = new ArrayList<>();

    final class Token implements Kinds.Token {
        private final String name;
        boolean dropped;

        Token(String name) {
            this.name = name;
            made.add(this);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Result<@Nullable Void, Color> paint(Color color) {
            return color == Color.RED ? Result.ok() : Result.err(color);
        }

        @Override
        public void drop() {
            dropped = true;
        }
    }

    @Override
    public Kinds.Token newToken(String name) {
        return new Token(name);
    }

    @Override
    public Kinds.Token tokenMerge(Kinds.Token first, Kinds.Token second) {
        first.drop(); // it was given away to us
        return new Token(first.name() + "+" + second.name());
    }

    @Override
    public boolean bools(boolean value) {
        return value;
    }

    @Override
    public int u8s(int value) {
        return value;
    }

    @Override
    public byte s8s(byte value) {
        return value;
    }

    @Override
    public int u16s(int value) {
        return value;
    }

    @Override
    public short s16s(short value) {
        return value;
    }

    @Override
    public int u32s(int value) {
        return value;
    }

    @Override
    public int s32s(int value) {
        return value;
    }

    @Override
    public long u64s(long value) {
        return value;
    }

    @Override
    public long s64s(long value) {
        return value;
    }

    @Override
    public float f32s(float value) {
        return value;
    }

    @Override
    public double f64s(double value) {
        return value;
    }

    @Override
    public int chars(int value) {
        return value;
    }

    @Override
    public String strings(String value) {
        return value;
    }

    @Override
    public List<String> stringLists(List<String> value) {
        return value;
    }

    @Override
    public List<Point> pointLists(List<Point> value) {
        return value;
    }

    @Override
    public List<Shape> shapeLists(List<Shape> value) {
        return value;
    }

    @Override
    public List<Byte> byteLists(List<Byte> value) {
        return value;
    }

    @Override
    public Optional<String> options(Optional<String> value) {
        return value;
    }

    @Override
    public Optional<Optional<Integer>> nestedOptions(Optional<Optional<Integer>> value) {
        return value;
    }

    @Override
    public Result<Integer, String> results(Result<Integer, String> value) {
        return value;
    }

    @Override
    public Result<@Nullable Void, Color> errors(Result<@Nullable Void, Color> value) {
        return value;
    }

    @Override
    public Result<@Nullable Void, @Nullable Void> outcomes(Result<@Nullable Void, @Nullable Void> value) {
        return value;
    }

    @Override
    public Result<Float, Integer> floatsOrInts(Result<Float, Integer> value) {
        return value;
    }

    @Override
    public Result<Double, Long> floatsOrLongs(Result<Double, Long> value) {
        return value;
    }

    @Override
    public Result<Float, Long> shortsOrLongs(Result<Float, Long> value) {
        return value;
    }

    @Override
    public Tuple3<Integer, String, Double> tuples(Tuple3<Integer, String, Double> value) {
        return value;
    }

    @Override
    public Point points(Point value) {
        return value;
    }

    @Override
    public Parcel parcels(Parcel value) {
        return value;
    }

    @Override
    public Shape shapes(Shape value) {
        return value;
    }

    @Override
    public Color colors(Color value) {
        return value;
    }

    @Override
    public Set<Access> accesses(Set<Access> value) {
        return value;
    }

    @Override
    public Set<Days> workdays(Set<Days> value) {
        return value;
    }

    @Override
    public String joined(String a, String b, String c, String d, String e, String f, String g, String h, Parcel i) {
        return String.join("/", a, b, c, d, e, f, g, h, i.name());
    }

    @Override
    public Kinds.Token tokens(Kinds.Token value) {
        return value;
    }

    @Override
    public String tokenNames(Kinds.Token value) {
        return value.name();
    }

    @Override
    public void nothing() {}

    @Override
    public ByteSource blobs(GuestBytes value) {
        return ByteSource.of(value.toArray());
    }

    @Override
    public ByteSource concatenated(GuestBytes first, GuestBytes second) {
        byte[] both = new byte[first.length() + second.length()];
        first.copyTo(both, 0);
        second.copyTo(both, first.length());
        return ByteSource.of(both);
    }

    /** So that the tuple's two bytes differ in sign. */
    static Shape pair() {
        return new Shape.Pair(new Tuple2<>(255, (short) -2));
    }
}
