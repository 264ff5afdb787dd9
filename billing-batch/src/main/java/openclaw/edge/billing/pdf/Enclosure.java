package openclaw.edge.billing.pdf;

import java.time.LocalDate;

/**
 * A file within a PDF that says the same as its pages; such a PDF is a PDF/A-3b (ISO 19005-3).
 *
 * @param name of the file
 * @param mediaType for example {@code text/xml}
 * @param description for people
 * @param content the file; not copied, not to be changed
 * @param date when it is from
 * @param metadata RDF descriptions for the PDF's XMP packet
 */
public record Enclosure(
        String name, String mediaType, String description, byte[] content, LocalDate date, String metadata) {}
