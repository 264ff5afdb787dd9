package openclaw.edge.billing.einvoice;

import java.util.Locale;
import java.util.Set;

/** Tells VAT identifiers from other tax numbers: they begin with the letters of their country (BR-CO-09). */
final class TaxRegistration {
    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());
    private static final Set<String> OF_THEIR_OWN = Set.of("EL", "XI");

    private TaxRegistration() {}

    /** Whether it is a VAT identifier (BT-31, BT-48) and not a tax registration of another kind (BT-32). */
    static boolean isVatId(String taxId) {
        if (taxId.length() < 3) {
            return false;
        }
        String prefix = taxId.substring(0, 2);
        return COUNTRIES.contains(prefix) || OF_THEIR_OWN.contains(prefix);
    }
}
