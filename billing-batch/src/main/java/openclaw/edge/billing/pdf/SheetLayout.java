package openclaw.edge.billing.pdf;

import java.util.ArrayList;
import java.util.List;
import openclaw.edge.billing.pdf.Sheet.Fact;
import openclaw.edge.billing.pdf.Sheet.Sum;
import openclaw.edge.billing.pdf.Sheet.Tax;
import openclaw.edge.catalog.Party;

/** Lays a sheet out: who, what and when at the top, lines, taxes and sums below, a foot on every page. Use once. */
final class SheetLayout {
    private static final TextStyle TITLE = new TextStyle(18_000, true, 0);
    private static final TextStyle NAME = new TextStyle(11_000, true, 0);
    private static final TextStyle TEXT = new TextStyle(9_000, false, 0);
    private static final TextStyle STRONG = new TextStyle(9_500, true, 0);
    private static final TextStyle SMALL = new TextStyle(8_000, false, 400);
    private static final TextStyle LABEL = new TextStyle(8_500, false, 400);
    private static final TextStyle HEADING = new TextStyle(8_500, true, 0);

    private static final int WIDTH = Pages.RIGHT - Pages.LEFT;
    private static final int RIGHT_COLUMN = 318_000;
    private static final int FACT_TEXT = 400_000;
    private static final int PARTY_WIDTH = 250_000;
    private static final int SUMS = 270_000;
    private static final int SUM_WIDTH = 170_000;
    private static final int TAX_RATE = 405_000;
    private static final int TAX_BASE = 478_000;
    private static final int TAX_NAME_WIDTH = 90_000;
    private static final int EDGE = 4_500;
    private static final int GAP = 6_000;
    private static final int SECTION = 22_000;
    private static final int HEADING_HEIGHT = 16_000;
    private static final int FOOT = 48_000;
    private static final int GREY = 920;
    private static final int DARK = 300;

    private final Sheet sheet;
    private final Characters characters;
    private final Wrapping wrapping;
    private final Pages pages;

    SheetLayout(Sheet sheet, Characters characters) {
        this.sheet = sheet;
        this.characters = characters;
        this.wrapping = new Wrapping(characters);
        this.pages = new Pages(characters);
    }

    List<Page> pages() {
        head();
        customer();
        pages.down(SECTION);
        new LinesTable(pages, characters, sheet).draw();
        taxes();
        sums();
        notes();
        feet();
        return pages.all();
    }

    /** The seller to the left; title, dates and references to the right. */
    private void head() {
        int top = pages.y();
        party(sheet.seller().party());
        int sellerEnd = pages.y();
        pages.moveTo(top);
        pages.lines(RIGHT_COLUMN, wrap(sheet.title(), TITLE, Pages.RIGHT - RIGHT_COLUMN), TITLE);
        if (sheet.draft()) {
            pages.lines(
                    RIGHT_COLUMN,
                    wrap("DRAFT: not an invoice yet, not to be paid", HEADING, Pages.RIGHT - RIGHT_COLUMN),
                    HEADING);
        }
        pages.down(GAP);
        for (Fact fact : sheet.facts()) {
            pages.left(RIGHT_COLUMN, characters.printable(fact.label()), LABEL);
            pages.lines(FACT_TEXT, wrap(fact.text(), TEXT, Pages.RIGHT - FACT_TEXT), TEXT);
            pages.down(TEXT.leadingMpt() / 6);
        }
        pages.moveTo(Math.min(sellerEnd, pages.y()));
    }

    private void customer() {
        if (sheet.customer().equals(Party.UNKNOWN)) {
            return;
        }
        pages.down(GAP);
        pages.lines(Pages.LEFT, List.of("Bill to"), LABEL);
        pages.down(GAP / 3);
        party(sheet.customer());
    }

    private void party(Party party) {
        if (!party.name().isEmpty()) {
            pages.lines(Pages.LEFT, wrap(party.name(), NAME, PARTY_WIDTH), NAME);
        }
        party.postalLines().forEach(this::partyLine);
        if (!party.taxId().isEmpty()) {
            partyLine("Tax ID: " + party.taxId());
        }
        if (!party.registration().isEmpty()) {
            partyLine("Registration: " + party.registration());
        }
        if (!party.email().isEmpty()) {
            partyLine(party.email());
        }
    }

    private void partyLine(String text) {
        pages.lines(Pages.LEFT, wrap(text, TEXT, PARTY_WIDTH), TEXT);
    }

    private List<String> wrap(String text, TextStyle style, int widthMpt) {
        return wrapping.lines(text, style.sizeMpt(), widthMpt);
    }

    private void taxes() {
        if (sheet.taxes().isEmpty()) {
            return;
        }
        pages.down(SECTION);
        if (pages.beginUnlessFits(HEADING_HEIGHT + sheet.taxes().size() * (TEXT.leadingMpt() + GAP))) {
            pages.down(GAP);
        }
        taxHeading();
        for (Tax tax : sheet.taxes()) {
            List<String> name = wrap(tax.name(), TEXT, TAX_NAME_WIDTH);
            if (pages.beginUnlessFits(name.size() * TEXT.leadingMpt() + GAP)) {
                taxHeading();
            }
            pages.down(GAP / 2);
            pages.right(TAX_RATE, tax.percent() + " %", TEXT);
            pages.right(TAX_BASE, Figures.grouped(tax.base()), TEXT);
            pages.right(Pages.RIGHT - EDGE, Figures.grouped(tax.amount()), TEXT);
            pages.lines(SUMS + EDGE, name, TEXT);
            pages.down(GAP / 2);
        }
    }

    private void taxHeading() {
        pages.bar(SUMS, Pages.RIGHT, HEADING_HEIGHT, GREY);
        pages.down(EDGE - 1_000);
        pages.left(SUMS + EDGE, "Tax", HEADING);
        pages.right(TAX_RATE, "Rate", HEADING);
        pages.right(TAX_BASE, "On", HEADING);
        pages.right(Pages.RIGHT - EDGE, "Tax amount", HEADING);
        pages.down(HEADING_HEIGHT - EDGE + 1_000);
    }

    private void sums() {
        pages.down(SECTION / 2);
        pages.beginUnlessFits(Math.min(sheet.sums().size(), 12) * (STRONG.leadingMpt() + GAP));
        for (Sum sum : sheet.sums()) {
            TextStyle style = sum.strong() ? STRONG : TEXT;
            List<String> label = wrap(sum.label(), style, SUM_WIDTH);
            pages.beginUnlessFits(label.size() * style.leadingMpt() + GAP);
            if (sum.strong()) {
                pages.rule(SUMS, Pages.RIGHT, DARK);
            }
            pages.down(GAP / 2);
            pages.right(Pages.RIGHT - EDGE, Figures.grouped(sum.amount()), style);
            pages.lines(SUMS + EDGE, label, style);
            pages.down(GAP / 2);
        }
    }

    private void notes() {
        List<String> all = new ArrayList<>(sheet.notes());
        if (!sheet.seller().paymentTerms().isEmpty()) {
            all.add("Payment terms: " + sheet.seller().paymentTerms());
        }
        pages.down(SECTION);
        all.forEach(this::note);
        List<String> bank = bank();
        if (!bank.isEmpty()) {
            pages.beginUnlessFits((bank.size() + 2) * TEXT.leadingMpt());
            pages.down(GAP / 2);
            pages.lines(Pages.LEFT, List.of("Payable to"), LABEL);
            bank.forEach(line -> pages.lines(Pages.LEFT, wrap(line, TEXT, WIDTH), TEXT));
        }
    }

    private List<String> bank() {
        List<String> bank = new ArrayList<>();
        if (!sheet.seller().iban().isEmpty()) {
            bank.add("IBAN " + sheet.seller().iban().replaceAll("(.{4})(?=.)", "$1 "));
        }
        if (!sheet.seller().bic().isEmpty()) {
            bank.add("BIC " + sheet.seller().bic());
        }
        bank.addAll(sheet.seller().bank());
        return bank;
    }

    private void note(String text) {
        for (String line : wrap(text, TEXT, WIDTH)) {
            pages.beginUnlessFits(TEXT.leadingMpt());
            pages.lines(Pages.LEFT, List.of(line), TEXT);
        }
        pages.down(GAP / 2);
    }

    /** Known only now: how many pages there are. */
    private void feet() {
        List<Page> all = pages.all();
        for (int i = 0; i < all.size(); i++) {
            Page page = all.get(i);
            String name = sheet.seller().party().name();
            String left = (sheet.draft() ? "DRAFT  " : "") + (name.isEmpty() ? "" : name + "  ") + sheet.number();
            String right = "Page " + (i + 1) + " of " + all.size();
            int room = Pages.RIGHT - Pages.LEFT - characters.width(right, SMALL.sizeMpt()) - SECTION;
            page.text(Pages.LEFT, FOOT, wrap(left, SMALL, room).get(0), SMALL);
            page.text(Pages.RIGHT - characters.width(right, SMALL.sizeMpt()), FOOT, right, SMALL);
        }
    }
}
