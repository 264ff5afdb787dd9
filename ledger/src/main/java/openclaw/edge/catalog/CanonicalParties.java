package openclaw.edge.catalog;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Seller and customer as fields fit for {@link CanonicalJson}. What is not stated is left out, so that hashes of catalogs
 * without them stay.
 */
public final class CanonicalParties {
    private CanonicalParties() {}

    /** Puts {@code seller} unless nothing is known of it. */
    public static void putSeller(Map<String, Object> map, Seller seller) {
        if (seller.equals(Seller.UNKNOWN)) {
            return;
        }
        Map<String, Object> fields = party(seller.party());
        putText(fields, "payment_terms", seller.paymentTerms());
        if (seller.paymentDays() != Seller.NO_DUE_DATE) {
            fields.put("payment_days", seller.paymentDays());
        }
        putText(fields, "iban", seller.iban());
        putText(fields, "bic", seller.bic());
        putLines(fields, "bank", seller.bank());
        map.put("seller", fields);
    }

    /** Puts {@code customer} unless nothing is known of it. */
    public static void putCustomer(Map<String, Object> map, Party customer) {
        if (!customer.equals(Party.UNKNOWN)) {
            map.put("customer", party(customer));
        }
    }

    private static Map<String, Object> party(Party party) {
        Map<String, Object> fields = new TreeMap<>();
        putText(fields, "name", party.name());
        putLines(fields, "address", party.address());
        putText(fields, "postcode", party.postcode());
        putText(fields, "city", party.city());
        putText(fields, "country", party.country());
        putText(fields, "tax_id", party.taxId());
        putText(fields, "registration", party.registration());
        putText(fields, "email", party.email());
        return fields;
    }

    private static void putText(Map<String, Object> fields, String key, String text) {
        if (!text.isEmpty()) {
            fields.put(key, text);
        }
    }

    private static void putLines(Map<String, Object> fields, String key, List<String> lines) {
        if (!lines.isEmpty()) {
            fields.put(key, lines);
        }
    }
}
