package openclaw.edge.billing.pdf;

import java.util.List;
import java.util.function.Function;
import openclaw.edge.billing.pdf.Sheet.Line;

/** The lines of a sheet: descriptions wrapped, figures flush right, the heading again on every page. */
final class LinesTable {
    private static final TextStyle TEXT = new TextStyle(8_500, false, 0);
    private static final TextStyle HEADING = new TextStyle(8_500, true, 0);
    private static final int HEADING_HEIGHT = 18_000;
    private static final int HEADING_PADDING = 4_500;
    private static final int PADDING = 3_500;
    private static final int GAP = 14_000;
    private static final int LEAST_DESCRIPTION = 130_000;
    private static final int LEAST_SIZE = 4_000;
    private static final int SMALLER = 500;
    private static final int GREY = 920;
    private static final int LIGHT = 850;

    private final Pages pages;
    private final Characters characters;
    private final Wrapping wrapping;
    private final Sheet sheet;
    private final TextStyle figures;
    private final int quantityRight;
    private final int priceRight;
    private final int descriptionWidth;

    LinesTable(Pages pages, Characters characters, Sheet sheet) {
        this.pages = pages;
        this.characters = characters;
        this.wrapping = new Wrapping(characters);
        this.sheet = sheet;
        int size = TEXT.sizeMpt();
        while (room(size) < LEAST_DESCRIPTION && size > LEAST_SIZE) {
            size -= SMALLER;
        }
        figures = TEXT.sized(size);
        priceRight = Pages.RIGHT - HEADING_PADDING - column(amountHeading(), Line::amount, size) - GAP;
        quantityRight = priceRight - column("Unit price", Line::unitPrice, size) - GAP;
        descriptionWidth = room(size);
    }

    private String amountHeading() {
        return "Amount (" + sheet.currency() + ")";
    }

    /** What figures of a size leave to descriptions. */
    private int room(int sizeMpt) {
        return Pages.RIGHT
                - Pages.LEFT
                - 2 * HEADING_PADDING
                - column("Quantity", Line::quantity, sizeMpt)
                - column("Unit price", Line::unitPrice, sizeMpt)
                - column(amountHeading(), Line::amount, sizeMpt)
                - 3 * GAP;
    }

    private int column(String heading, Function<Line, String> figure, int sizeMpt) {
        int width = characters.width(heading, HEADING.sizeMpt());
        for (Line line : sheet.lines()) {
            width = Math.max(width, characters.width(Figures.grouped(figure.apply(line)), sizeMpt));
        }
        return width;
    }

    void draw() {
        pages.beginUnlessFits(HEADING_HEIGHT + 2 * PADDING + 2 * TEXT.leadingMpt());
        heading();
        if (sheet.lines().isEmpty()) {
            row(List.of("Nothing to charge in this period."), null);
        }
        for (Line line : sheet.lines()) {
            row(wrapping.lines(line.description(), TEXT.sizeMpt(), descriptionWidth), line);
        }
    }

    private void heading() {
        pages.bar(Pages.LEFT, Pages.RIGHT, HEADING_HEIGHT, GREY);
        pages.down(HEADING_PADDING);
        pages.left(Pages.LEFT + HEADING_PADDING, "Description", HEADING);
        pages.right(quantityRight, "Quantity", HEADING);
        pages.right(priceRight, "Unit price", HEADING);
        pages.right(Pages.RIGHT - HEADING_PADDING, amountHeading(), HEADING);
        pages.down(HEADING_HEIGHT - HEADING_PADDING);
    }

    private void row(List<String> description, Line line) {
        if (pages.beginUnlessFits(2 * PADDING + description.size() * TEXT.leadingMpt())) {
            heading();
        }
        pages.down(PADDING);
        if (line != null) {
            pages.right(quantityRight, Figures.grouped(line.quantity()), figures);
            pages.right(priceRight, Figures.grouped(line.unitPrice()), figures);
            pages.right(Pages.RIGHT - HEADING_PADDING, Figures.grouped(line.amount()), figures);
        }
        for (String text : description) {
            if (pages.beginUnlessFits(TEXT.leadingMpt() + PADDING)) {
                heading();
                pages.down(PADDING);
            }
            pages.left(Pages.LEFT + HEADING_PADDING, text, TEXT);
            pages.down(TEXT.leadingMpt());
        }
        pages.down(PADDING);
        pages.rule(Pages.LEFT, Pages.RIGHT, LIGHT);
    }
}
