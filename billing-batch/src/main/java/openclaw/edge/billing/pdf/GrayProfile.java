package openclaw.edge.billing.pdf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A colour profile of the pages' grey (ICC.1:2001-04, version 2.4): white is that of the profile connection space (D50), the tone
 * curve a gamma of 2.2.
 *
 * <pre>
 *   header (128) | count, 4 entries of 12 (52) | desc | cprt | wtpt | kTRC
 * </pre>
 */
final class GrayProfile {
    /** Its name. */
    static final String DESCRIPTION = "Gray, gamma 2.2, D50";

    private static final String COPYRIGHT = "No copyright, use freely";
    private static final int HEADER = 128;
    private static final int ENTRY = 12;
    private static final int VERSION_2_4 = 0x02400000;
    /** X, Y and Z of D50 in sixteenths of a bit (s15Fixed16Number). */
    private static final int[] D50 = {0x0000F6D6, 0x00010000, 0x0000D32D};
    /** 2.2 as u8Fixed8Number. */
    private static final short GAMMA = 0x0233;

    private GrayProfile() {}

    /** The profile, the same each time. */
    static byte[] bytes() {
        byte[][] tags = {description(), text(COPYRIGHT), white(), curve()};
        String[] signatures = {"desc", "cprt", "wtpt", "kTRC"};
        int offset = HEADER + Integer.BYTES + tags.length * ENTRY;
        int length = offset;
        for (byte[] tag : tags) {
            length += tag.length;
        }
        ByteBuffer profile = ByteBuffer.allocate(length);
        header(profile, length);
        profile.position(HEADER);
        profile.putInt(tags.length);
        for (int i = 0; i < tags.length; i++) {
            profile.put(ascii(signatures[i])).putInt(offset).putInt(tags[i].length);
            offset += tags[i].length;
        }
        for (byte[] tag : tags) {
            profile.put(tag);
        }
        return profile.array();
    }

    private static void header(ByteBuffer profile, int length) {
        profile.putInt(0, length).putInt(8, VERSION_2_4);
        profile.position(12);
        profile.put(ascii("mntr")).put(ascii("GRAY")).put(ascii("XYZ "));
        // A fixed date: 2001-01-01.
        profile.putShort((short) 2001).putShort((short) 1).putShort((short) 1);
        profile.position(36);
        profile.put(ascii("acsp"));
        for (int i = 0; i < D50.length; i++) {
            profile.putInt(68 + i * Integer.BYTES, D50[i]);
        }
    }

    /** A textDescriptionType: ASCII, then no Unicode and no ScriptCode text. */
    private static byte[] description() {
        byte[] name = ascii(DESCRIPTION);
        int length = 12 + name.length + 1 + 8 + 3 + 67;
        ByteBuffer tag = ByteBuffer.allocate(multipleOfFour(length));
        tag.put(ascii("desc")).putInt(0).putInt(name.length + 1).put(name);
        return tag.array();
    }

    private static byte[] text(String text) {
        ByteBuffer tag = ByteBuffer.allocate(multipleOfFour(8 + text.length() + 1));
        return tag.put(ascii("text")).putInt(0).put(ascii(text)).array();
    }

    private static byte[] white() {
        ByteBuffer tag = ByteBuffer.allocate(8 + D50.length * Integer.BYTES);
        tag.put(ascii("XYZ ")).putInt(0);
        for (int part : D50) {
            tag.putInt(part);
        }
        return tag.array();
    }

    private static byte[] curve() {
        ByteBuffer tag = ByteBuffer.allocate(multipleOfFour(14));
        return tag.put(ascii("curv")).putInt(0).putInt(1).putShort(GAMMA).array();
    }

    private static int multipleOfFour(int length) {
        return (length + 3) / 4 * 4;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
