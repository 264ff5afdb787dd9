package openclaw.edge.catalog;

import java.util.List;

/**
 * Who sells, or who buys, as it stands on an invoice.
 *
 * @param name of a company or a person; empty when it is not known
 * @param address line by line
 * @param taxId as the tax office writes it, for example {@code DE123456789}; empty when there is none
 * @param email for questions; empty when there is none
 */
public record Party(String name, List<String> address, String taxId, String email) {
    /** Nothing is known. */
    public static final Party UNKNOWN = new Party("", List.of(), "", "");

    /** With an unmodifiable copy of the address. */
    public Party {
        address = List.copyOf(address);
    }
}
