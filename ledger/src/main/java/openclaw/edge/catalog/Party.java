package openclaw.edge.catalog;

import java.util.ArrayList;
import java.util.List;

/**
 * Who sells, or who buys, as it stands on an invoice.
 *
 * @param name of a company or a person; empty when it is not known
 * @param address line by line; street and the like where postcode or city are stated apart
 * @param postcode apart from the address; empty when it is not stated so
 * @param city apart from the address; empty when it is not stated so
 * @param country ISO 3166-1 alpha-2 code; empty when it is not stated
 * @param taxId as the tax office writes it, for example {@code DE123456789}; empty when there is none
 * @param registration in a register of companies, for example {@code HRB 12345}; empty when there is none
 * @param email for questions; empty when there is none
 */
public record Party(
        String name,
        List<String> address,
        String postcode,
        String city,
        String country,
        String taxId,
        String registration,
        String email) {
    /** Nothing is known. */
    public static final Party UNKNOWN = new Party("", List.of(), "", "");

    /** With an unmodifiable copy of the address. */
    public Party {
        address = List.copyOf(address);
    }

    /** Of a name and an address as it is printed. */
    public Party(String name, List<String> address, String taxId, String email) {
        this(name, address, "", "", "", taxId, "", email);
    }

    /** The whole address as it is printed: its lines, then postcode and city, then the country. */
    public List<String> postalLines() {
        List<String> lines = new ArrayList<>(address);
        String place = (postcode + " " + city).strip();
        if (!place.isEmpty()) {
            lines.add(place);
        }
        if (!country.isEmpty()) {
            lines.add(country);
        }
        return lines;
    }
}
