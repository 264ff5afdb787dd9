package openclaw.edge.billing.aggregate;

import java.nio.charset.StandardCharsets;
import java.util.List;
import openclaw.edge.catalog.Multiplier;
import openclaw.edge.ledger.record.NameHash;
import openclaw.edge.ledger.record.NameKind;
import org.agrona.concurrent.UnsafeBuffer;

/** Which multiplier a record falls under, by the ids that journals use. Immutable; lookups allocate nothing. */
final class MultiplierClasses {
    /** Matches whatever it is; no name has this id. */
    private static final long ANY = 0;

    private final long[] routes;
    private final long[] models;

    MultiplierClasses(List<Multiplier> multipliers) {
        routes = new long[multipliers.size()];
        models = new long[multipliers.size()];
        for (int i = 0; i < routes.length; i++) {
            Multiplier multiplier = multipliers.get(i);
            routes[i] = multiplier.route() == null
                    ? ANY
                    : id(NameKind.ROUTE, multiplier.route().toString());
            models[i] = multiplier.model() == null ? ANY : id(NameKind.MODEL, multiplier.model());
        }
    }

    /** 0 where none matches, else 1 and the index of the first that does. */
    int classOf(long routeId, long modelId) {
        for (int i = 0; i < routes.length; i++) {
            if ((routes[i] == ANY || routes[i] == routeId) && (models[i] == ANY || models[i] == modelId)) {
                return i + 1;
            }
        }
        return 0;
    }

    private static long id(NameKind kind, String name) {
        UnsafeBuffer bytes = new UnsafeBuffer(name.getBytes(StandardCharsets.UTF_8));
        return NameHash.id(kind, 0, bytes, 0, bytes.capacity());
    }
}
