package openclaw.edge.billing.pdf;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;

/**
 * A file within a PDF that says the same as its pages; such a PDF is a PDF/A-3b (ISO 19005-3).
 *
 * @param name of the file
 * @param mediaType for example {@code text/xml}
 * @param description for people
 * @param content the file, a text that is written as UTF-8
 * @param date when it is from
 * @param metadata RDF descriptions for the PDF's XMP packet
 */
public record Enclosure(
        String name, String mediaType, String description, String content, LocalDate date, String metadata) {
    /** The file. */
    byte[] bytes() {
        return content.getBytes(StandardCharsets.UTF_8);
    }
}
