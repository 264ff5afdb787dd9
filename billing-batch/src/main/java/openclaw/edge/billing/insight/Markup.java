package openclaw.edge.billing.insight;

/** Builds HTML that is well-formed XML too. Texts are escaped; only literals of this package go in as they are. */
final class Markup {
    private final StringBuilder out = new StringBuilder();

    /** A literal of this package. */
    Markup raw(String markup) {
        out.append(markup);
        return this;
    }

    /** A text of anybody's, in an element or between double quotes. */
    Markup text(String text) {
        text.codePoints().forEach(this::character);
        return this;
    }

    private void character(int character) {
        switch (character) {
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '&' -> out.append("&amp;");
            case '"' -> out.append("&quot;");
            case '\'' -> out.append("&#39;");
            default -> {
                // Neither XML nor the reader has a use for control characters, and those that turn text around mislead.
                int type = Character.getType(character);
                boolean isHidden = type == Character.CONTROL || type == Character.FORMAT || type == Character.SURROGATE;
                out.appendCodePoint(isHidden || (character & 0xFFFE) == 0xFFFE ? 0xFFFD : character);
            }
        }
    }

    Markup number(long number) {
        out.append(number);
        return this;
    }

    /** An element with a text. */
    Markup element(String name, String text) {
        return raw("<" + name + ">").text(text).raw("</" + name + ">");
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
