package openclaw.edge.billing.pdf;

/**
 * How text looks.
 *
 * @param sizeMpt in thousandths of a point
 * @param bold whether it is heavier
 * @param shade from 0 (black) to 1000 (white)
 */
record TextStyle(int sizeMpt, boolean bold, int shade) {
    /** Height of a line of text. */
    int leadingMpt() {
        return sizeMpt * 13 / 10;
    }

    TextStyle sized(int otherMpt) {
        return new TextStyle(otherMpt, bold, shade);
    }
}
