package openclaw.edge.billing.finalize;

/** How final documents are printed. */
public enum PdfKind {
    /** Not at all. */
    NONE,
    /** For people. */
    PLAIN,
    /** As PDF/A-3b with the electronic invoice of EN 16931 in it (Factur-X); a document without lines, which has none, plain. */
    FACTURX;

    /** What the options {@code --pdf} and {@code --facturx} ask for. */
    public static PdfKind of(boolean pdf, boolean facturx) {
        if (facturx) {
            return FACTURX;
        }
        return pdf ? PLAIN : NONE;
    }
}
