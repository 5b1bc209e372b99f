package io.torvyn.wasi;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;

/** The time zone of the host, by the JDK's rules. */
final class HostTimezone implements Timezone {
    /** What WASI asks of a host that has no time zone to tell of. */
    private static final TimezoneDisplay UTC = new TimezoneDisplay(0, "UTC", false);

    private final Runnable used;
    private @Nullable ZoneId zone;

    /** @param used called whenever the guest asks */
    HostTimezone(Runnable used) {
        this.used = used;
    }

    @Override
    public TimezoneDisplay display(WallClock.Datetime when) {
        used.run();
        try {
            Instant moment = moment(when);
            ZoneOffset offset = zone().getRules().getOffset(moment);
            boolean daylightSaving = zone().getRules().isDaylightSavings(moment);
            return new TimezoneDisplay(offset.getTotalSeconds(), name(offset, daylightSaving), daylightSaving);
        } catch (DateTimeException e) {
            return UTC;
        }
    }

    @Override
    public int utcOffset(WallClock.Datetime when) {
        used.run();
        try {
            return zone().getRules().getOffset(moment(when)).getTotalSeconds();
        } catch (DateTimeException e) {
            return UTC.utcOffset();
        }
    }

    /** @throws DateTimeException when it is later than Java can tell */
    private static Instant moment(WallClock.Datetime when) {
        if (when.seconds() < 0) {
            throw new DateTimeException("later than the end of time: " + Long.toUnsignedString(when.seconds()));
        }
        return Instant.ofEpochSecond(when.seconds(), Integer.toUnsignedLong(when.nanoseconds()));
    }

    private ZoneId zone() {
        ZoneId known = zone;
        if (known == null) {
            known = ZoneId.systemDefault();
            zone = known;
        }
        return known;
    }

    /** The JDK tells of a zone what holds there today; where it has no name, it says GMT and the offset of today. */
    private String name(ZoneOffset offset, boolean daylightSaving) {
        String name = TimeZone.getTimeZone(zone()).getDisplayName(daylightSaving, TimeZone.SHORT, Locale.ENGLISH);
        return name.startsWith("GMT") && offset.getTotalSeconds() != 0 ? offset.getId() : name;
    }

    /** For those who are not told where the host is. */
    static final class Undisclosed implements Timezone {
        private final Runnable asked;

        /** @param asked called whenever the guest asks */
        Undisclosed(Runnable asked) {
            this.asked = asked;
        }

        @Override
        public TimezoneDisplay display(WallClock.Datetime when) {
            asked.run();
            return UTC;
        }

        @Override
        public int utcOffset(WallClock.Datetime when) {
            asked.run();
            return UTC.utcOffset();
        }
    }
}
