package openclaw.edge.billing.journal;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import openclaw.edge.ledger.record.NameHash;
import openclaw.edge.ledger.record.NameKind;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.UsageRecord;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongHashSet;
import org.agrona.concurrent.UnsafeBuffer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * Which usage records are asked for. Names are compared by their ids, so that no dictionary is needed; {@link #match()} gives
 * each thread its own copy. Values of one option are alternatives, options restrict each other.
 */
final class UsageFilter {
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final String OUTCOMES =
            "COMPLETE, CLIENT_ABORT, UPSTREAM_FAILED, TIMEOUT, SHUTDOWN, IN_DOUBT or INTERIM";

    @Option(names = "--tenant", paramLabel = "ID", description = "only this tenant; may be given more than once")
    private List<String> tenants = new ArrayList<>();

    @Option(names = "--agent", paramLabel = "NAME", description = "only this agent; may be given more than once")
    private List<String> agents = new ArrayList<>();

    @Option(
            names = "--outcome",
            paramLabel = "OUTCOME",
            split = ",",
            converter = OutcomeConverter.class,
            description = "only what ended so: " + OUTCOMES + "; several with commas")
    private List<Integer> outcomes = new ArrayList<>();

    @Option(
            names = "--from",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "only what was admitted at or after it: 2026-11-10T12:00:00Z, 2026-11-10 or 2026-11")
    private Long fromNs;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "only what was admitted before it")
    private Long toNs;

    /** Whether the options agree with each other; else what is wrong. */
    String problem() {
        if (fromNs != null && toNs != null && toNs <= fromNs) {
            return "--to " + Text.instant(toNs) + " is not after --from " + Text.instant(fromNs)
                    + "; expected a later time, of which the records before it are shown";
        }
        return null;
    }

    boolean isEmpty() {
        return tenants.isEmpty() && agents.isEmpty() && outcomes.isEmpty() && fromNs == null && toNs == null;
    }

    /** Whether an instant of a control record lies in the time asked for. */
    boolean hasTime(long timeNs) {
        return (fromNs == null || timeNs >= fromNs) && (toNs == null || timeNs < toNs);
    }

    /** The filter for one thread. */
    Match match() {
        return new Match(this);
    }

    private static long id(NameKind kind, long scope, String name) {
        UnsafeBuffer bytes = new UnsafeBuffer(name.getBytes(StandardCharsets.UTF_8));
        return NameHash.id(kind, scope, bytes, 0, bytes.capacity());
    }

    /** Tells records apart. Not thread-safe. */
    static final class Match {
        private final long fromNs;
        private final long toNs;
        private final boolean isAnyTenant;
        private final boolean isAnyAgent;
        private final boolean isAnyOutcome;
        private final LongHashSet tenantIds = new LongHashSet();
        private final List<String> agents;
        private final Long2ObjectHashMap<LongHashSet> agentIdsByTenant = new Long2ObjectHashMap<>();
        private int outcomes;

        private Match(UsageFilter filter) {
            fromNs = filter.fromNs == null ? Long.MIN_VALUE : filter.fromNs;
            toNs = filter.toNs == null ? Long.MAX_VALUE : filter.toNs;
            isAnyTenant = filter.tenants.isEmpty();
            isAnyAgent = filter.agents.isEmpty();
            isAnyOutcome = filter.outcomes.isEmpty();
            agents = filter.agents;
            filter.tenants.forEach(tenant -> tenantIds.add(id(NameKind.TENANT, 0, tenant)));
            filter.outcomes.forEach(outcome -> outcomes |= 1 << outcome);
        }

        boolean accepts(UsageRecord record) {
            long admittedNs = record.admittedNs();
            return admittedNs >= fromNs
                    && admittedNs < toNs
                    && (isAnyTenant || tenantIds.contains(record.tenantId()))
                    && (isAnyOutcome || (outcomes & 1 << code(record)) != 0)
                    && (isAnyAgent || acceptsAgent(record));
        }

        private static int code(UsageRecord record) {
            Outcome outcome = record.outcome();
            return outcome == null ? 0 : outcome.code();
        }

        /** An agent's id depends on its tenant. */
        private boolean acceptsAgent(UsageRecord record) {
            long tenantId = record.tenantId();
            LongHashSet ids = agentIdsByTenant.get(tenantId);
            if (ids == null) {
                ids = new LongHashSet();
                for (String agent : agents) {
                    ids.add(id(NameKind.AGENT, tenantId, agent));
                }
                agentIdsByTenant.put(tenantId, ids);
            }
            return ids.contains(record.agentId());
        }
    }

    /** The byte on disk of an outcome's name; 0 for an interim record. */
    static final class OutcomeConverter implements ITypeConverter<Integer> {
        private static final String INTERIM = "INTERIM";

        @Override
        public Integer convert(String value) {
            String name = value.trim().toUpperCase(Locale.ROOT).replace('-', '_');
            Set<Outcome> all = EnumSet.allOf(Outcome.class);
            if (name.equals(INTERIM)) {
                return 0;
            }
            for (Outcome outcome : all) {
                if (outcome.name().equals(name)) {
                    return outcome.code();
                }
            }
            throw new TypeConversionException("'" + value + "': expected " + OUTCOMES);
        }
    }

    /** Nanoseconds since the epoch of an instant, a day or a month; days and months begin in UTC. */
    static final class TimeConverter implements ITypeConverter<Long> {
        private static final int MONTH_LENGTH = 7;
        private static final int DAY_LENGTH = 10;

        @Override
        public Long convert(String value) {
            try {
                return ns(time(value));
            } catch (DateTimeException | ArithmeticException e) {
                TypeConversionException refused = new TypeConversionException(
                        "'" + value
                                + "': expected a time like 2026-11-10T12:00:00Z, a day like 2026-11-10 or a month like 2026-11");
                refused.initCause(e);
                throw refused;
            }
        }

        private static OffsetDateTime time(String value) {
            return switch (value.length()) {
                case MONTH_LENGTH ->
                    YearMonth.parse(value).atDay(1).atStartOfDay().atOffset(ZoneOffset.UTC);
                case DAY_LENGTH -> LocalDate.parse(value).atStartOfDay().atOffset(ZoneOffset.UTC);
                default -> OffsetDateTime.parse(value);
            };
        }

        private static long ns(OffsetDateTime time) {
            return Math.addExact(Math.multiplyExact(time.toEpochSecond(), NS_PER_SECOND), time.getNano());
        }
    }
}
