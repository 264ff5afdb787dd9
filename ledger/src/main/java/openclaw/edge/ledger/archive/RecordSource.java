package openclaw.edge.ledger.archive;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Documents as they stand in a file of the queue, at their positions there: from such a file, or unpacked. */
public interface RecordSource extends Closeable {
    /**
     * Reads what stands at a position.
     *
     * @param to filled up to its limit, or less
     * @param position of the first byte
     * @return bytes read, or -1 at the end
     * @throws IOException when it cannot be read
     */
    int read(ByteBuffer to, long position) throws IOException;

    /**
     * How much there is.
     *
     * @return bytes, now
     * @throws IOException when that cannot be told
     */
    long size() throws IOException;

    /**
     * A file's own bytes.
     *
     * @param file to read
     * @return its source
     * @throws IOException when it cannot be opened
     */
    static RecordSource of(final Path file) throws IOException {
        final FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        return new RecordSource() {
            @Override
            public int read(final ByteBuffer to, final long position) throws IOException {
                return channel.read(to, position);
            }

            @Override
            public long size() throws IOException {
                return channel.size();
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
