package openclaw.edge.ledger.record;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static openclaw.edge.ledger.record.ControlRecordDescriptor.*;

import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Flyweight over a NAME record: the spelling of an id. Layout: {@link ControlRecordDescriptor}. Not thread-safe. */
public final class NameRecord extends RecordFlyweight {
    /** A flyweight over nothing yet. */
    public NameRecord() {
        super(RecordType.NAME);
    }

    /**
     * Length of a NAME record.
     *
     * @param nameLength bytes of the name
     * @return bytes
     */
    public static int lengthOf(final int nameLength) {
        return RecordDescriptor.aligned(NAME_BYTES_OFFSET + nameLength);
    }

    /**
     * Writes a whole record but its CRC.
     *
     * @param to memory to hold it, at least {@link #lengthOf(int)} bytes from the offset
     * @param at offset of its header
     * @param life of the process that writes the file
     * @param kind what the name names
     * @param scope tenant id for an agent, else 0
     * @return this, for {@link #name(DirectBuffer, int, int)}
     */
    public NameRecord begin(
            final UnsafeBuffer to, final int at, final Life life, final NameKind kind, final long scope) {
        begin(to, at, lengthOf(0));
        identity(life.high(), life.low(), RecordDescriptor.NO_LANE);
        longAt(NAME_SCOPE_OFFSET, scope);
        byteAt(NAME_KIND_OFFSET, kind.code());
        return this;
    }

    /**
     * Sets the spelling, and by it id and length.
     *
     * @param bytes that hold the name
     * @param from offset of its first byte
     * @param nameLength 1 to 255 bytes
     * @return this
     */
    public NameRecord name(final DirectBuffer bytes, final int from, final int nameLength) {
        if (nameLength < 1 || nameLength > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException(
                    "name of " + nameLength + " bytes, expected 1 to " + MAX_NAME_LENGTH + " bytes");
        }
        final int length = lengthOf(nameLength);
        buffer.putLong(offset + length - Long.BYTES, 0);
        buffer.putBytes(offset + NAME_BYTES_OFFSET, bytes, from, nameLength);
        byteAt(NAME_LENGTH_OFFSET, nameLength);
        buffer.putInt(offset + RecordDescriptor.LENGTH_OFFSET, length, LITTLE_ENDIAN);
        longAt(NAME_ID_OFFSET, NameHash.id(kind(), scope(), bytes, from, nameLength));
        return this;
    }

    /**
     * The id.
     *
     * @return as of {@link NameHash}
     */
    public long id() {
        return longAt(NAME_ID_OFFSET);
    }

    /**
     * Tenant id of an agent.
     *
     * @return 0 for other kinds
     */
    public long scope() {
        return longAt(NAME_SCOPE_OFFSET);
    }

    /**
     * What the name names.
     *
     * @return the kind, or null when this version knows none
     */
    public NameKind kind() {
        return NameKind.ofCode(byteAt(NAME_KIND_OFFSET));
    }

    /**
     * Bytes of the spelling.
     *
     * @return 1 to 255
     */
    public int nameLength() {
        return byteAt(NAME_LENGTH_OFFSET);
    }

    /**
     * Whether the spelling is a text, without allocating.
     *
     * @param text to compare with
     * @return true when the bytes are the text's, in ASCII; a name beyond ASCII may answer false and be equal
     */
    public boolean isAscii(final String text) {
        if (text.length() != nameLength()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            final char letter = text.charAt(i);
            if (letter > 0x7F || byteAt(NAME_BYTES_OFFSET + i) != letter) {
                return false;
            }
        }
        return true;
    }

    /**
     * The spelling; allocates.
     *
     * @return the name
     */
    public String name() {
        final byte[] bytes = new byte[nameLength()];
        buffer.getBytes(offset + NAME_BYTES_OFFSET, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
