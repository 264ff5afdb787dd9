package openclaw.edge.ledger.retain;

import java.nio.file.Path;

/**
 * An archive that was sealed.
 *
 * @param tenant whose records it holds, "" for those of none
 * @param tenantId name id of the tenant
 * @param file in its place
 * @param usageRecords in it
 * @param lengthBytes of the file
 * @param sha256 of the file, 64 hexadecimal digits
 */
public record SealedArchive(
        String tenant, long tenantId, Path file, long usageRecords, long lengthBytes, String sha256) {}
