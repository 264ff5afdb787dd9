package openclaw.edge.billing.pdf;

import java.util.ArrayList;
import java.util.List;

/** A4 pages that are filled from top to bottom. Not thread-safe. */
final class Pages {
    /** Left edge of what is printed. */
    static final int LEFT = 50_000;

    /** Right edge of what is printed. */
    static final int RIGHT = 545_276;

    private static final int TOP = 792_000;
    private static final int BOTTOM = 72_000;
    private static final int HAIRLINE = 500;

    private final Characters characters;
    private final List<Page> pages = new ArrayList<>();
    private Page page;
    private int y;

    Pages(Characters characters) {
        this.characters = characters;
        begin();
    }

    /** Begins a page. */
    void begin() {
        page = new Page();
        pages.add(page);
        y = TOP;
    }

    /** Begins a page unless there is room for a height; whether it did. A height beyond a page's counts as a page's. */
    boolean beginUnlessFits(int heightMpt) {
        if (y - Math.min(heightMpt, TOP - BOTTOM) >= BOTTOM) {
            return false;
        }
        begin();
        return true;
    }

    /** All pages so far. */
    List<Page> all() {
        return pages;
    }

    /** The upper edge of what comes next. */
    int y() {
        return y;
    }

    /** Goes on elsewhere on this page. */
    void moveTo(int upperEdge) {
        y = upperEdge;
    }

    void down(int heightMpt) {
        y -= heightMpt;
    }

    /** One line of printable text from its left end; goes nowhere. */
    void left(int x, String printable, TextStyle style) {
        page.text(x, baseLine(style), printable, style);
    }

    /** One line of printable text to its right end; goes nowhere. */
    void right(int x, String printable, TextStyle style) {
        page.text(x - characters.width(printable, style.sizeMpt()), baseLine(style), printable, style);
    }

    /** Lines of printable text from their left end, downwards. */
    void lines(int x, List<String> printable, TextStyle style) {
        for (String line : printable) {
            left(x, line, style);
            down(style.leadingMpt());
        }
    }

    /** A thin line across, here. */
    void rule(int fromX, int toX, int shade) {
        page.fill(fromX, y, toX - fromX, HAIRLINE, shade);
    }

    /** A filled bar of a height, downwards from here. */
    void bar(int fromX, int toX, int heightMpt, int shade) {
        page.fill(fromX, y - heightMpt, toX - fromX, heightMpt, shade);
    }

    private int baseLine(TextStyle style) {
        return y - style.sizeMpt();
    }
}
