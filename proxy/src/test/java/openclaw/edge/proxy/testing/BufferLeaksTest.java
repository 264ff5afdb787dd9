package openclaw.edge.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.Test;

/** The check of every test class for lost buffers bites. */
class BufferLeaksTest {
    @Test
    void shouldReportABufferThatIsLostOnPurposeWithWhereItWasTouched() {
        BufferLeaks.collect();
        lose();
        assertThat(BufferLeaks.collect()).anySatisfy(leak -> assertThat(leak).contains("BufferLeaksTest.lose"));
    }

    @Test
    void shouldReportNothingWhenEveryBufferIsReleased() {
        BufferLeaks.collect();
        for (int i = 0; i < 100; i++) {
            PooledByteBufAllocator.DEFAULT.directBuffer(64).writeByte(1).release();
        }
        assertThat(BufferLeaks.collect()).isEmpty();
    }

    private static void lose() {
        for (int i = 0; i < 50; i++) {
            final ByteBuf lost = PooledByteBufAllocator.DEFAULT.directBuffer(64);
            lost.writeByte(1);
        }
    }
}
