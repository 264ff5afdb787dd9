package openclaw.edge.catalog;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import openclaw.edge.yaml.YamlMap;
import openclaw.edge.yaml.YamlNode;

/** Reads who sells and who buys. */
final class PartyReader {
    private static final int MAX_LINES = 8;
    private static final int MAX_PAYMENT_DAYS = 366;
    private static final Pattern IBAN = Pattern.compile("[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}");
    private static final Pattern BIC = Pattern.compile("[A-Z0-9]{8}(?:[A-Z0-9]{3})?");
    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

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
        Seller seller = new Seller(
                party(map),
                text(map, "payment_terms"),
                map.intNumber("payment_days", Seller.NO_DUE_DATE, 0, MAX_PAYMENT_DAYS),
                matching(
                        map,
                        "iban",
                        PartyReader::isIban,
                        "an IBAN, whose check digits fit, like DE75512108001245126199"),
                matching(map, "bic", BIC.asMatchPredicate(), "8 or 11 capital letters and digits like COBADEFFXXX"),
                lines(map, "bank"));
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
                text(map, "postcode"),
                text(map, "city"),
                matching(map, "country", COUNTRIES::contains, "an ISO 3166 code of two capital letters like DE"),
                text(map, "tax_id"),
                text(map, "registration"),
                text(map, "email"));
    }

    /** A text in which spaces do not count. */
    private static String matching(YamlMap map, String key, Predicate<String> test, String expected) {
        YamlNode node = map.find(key);
        if (node == null) {
            return "";
        }
        String text = PriceReader.text(node).replace(" ", "");
        if (!text.isEmpty() && !test.test(text)) {
            node.problem(expected);
            return "";
        }
        return text;
    }

    /** ISO 13616: with its first four characters at the end, and letters as numbers from 10, it leaves 1 by 97. */
    private static boolean isIban(String text) {
        if (!IBAN.matcher(text).matches()) {
            return false;
        }
        StringBuilder digits = new StringBuilder();
        (text.substring(4) + text.substring(0, 4))
                .chars()
                .forEach(letter -> digits.append(Character.digit(letter, Character.MAX_RADIX)));
        return new BigInteger(digits.toString()).mod(BigInteger.valueOf(97)).intValue() == 1;
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
