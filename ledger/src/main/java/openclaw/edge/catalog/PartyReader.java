package openclaw.edge.catalog;

import java.util.ArrayList;
import java.util.List;
import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/** Reads who sells and who buys. */
final class PartyReader {
    private static final int MAX_LINES = 8;

    private PartyReader() {}

    /** A tenant's {@code customer}; {@link Party#UNKNOWN} when it is absent. */
    static Party customer(YamlMap map) {
        if (!map.isPresent()) {
            return Party.UNKNOWN;
        }
        Party party = party(map);
        map.end();
        return party;
    }

    /** {@code billing.seller}, stated as a whole: a tenant's own takes the place of the catalog's. */
    static Seller seller(YamlMap map, Seller orElse) {
        if (!map.isPresent()) {
            return orElse;
        }
        Seller seller = new Seller(party(map), text(map, "payment_terms"), lines(map, "bank"));
        map.end();
        return seller;
    }

    private static Party party(YamlMap map) {
        YamlNode name = map.find("name");
        if (name == null) {
            map.problem("name", "a name", "nothing");
        }
        return new Party(
                name == null ? "" : PriceReader.text(name),
                lines(map, "address"),
                text(map, "tax_id"),
                text(map, "email"));
    }

    private static String text(YamlMap map, String key) {
        YamlNode node = map.find(key);
        return node == null ? "" : PriceReader.text(node);
    }

    private static List<String> lines(YamlMap map, String key) {
        List<String> lines = new ArrayList<>();
        for (YamlNode node : map.listOrOne(key)) {
            if (lines.size() == MAX_LINES) {
                node.problem("at most " + MAX_LINES + " lines");
                break;
            }
            lines.add(PriceReader.text(node));
        }
        return lines;
    }
}
