package openclaw.edge.proxy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import openclaw.edge.catalog.Catalog;
import openclaw.edge.catalog.CatalogReader;
import openclaw.edge.proxy.ApiKey;
import openclaw.edge.proxy.config.Address;
import openclaw.edge.proxy.config.EdgeConfig;
import openclaw.edge.proxy.config.ListenConfig;
import openclaw.edge.proxy.config.UpstreamUrl;
import org.junit.jupiter.api.Test;

final class DemoSiteTest {
    @Test
    void shouldMakeAConfigurationAndACatalogThatAreGood() throws IOException {
        try (DemoSite site = DemoSite.create(true, 9123, ApiKey.hash("a"), ApiKey.hash("b"))) {
            EdgeConfig config = EdgeConfig.read(site.edgeYaml());
            Catalog catalog = CatalogReader.read(config.catalog());

            assertThat(config.listen()).containsExactly(ListenConfig.plain(new Address("127.0.0.1", site.proxyPort())));
            assertThat(config.upstream().servers())
                    .containsExactly(new UpstreamUrl(false, new Address("127.0.0.1", 9123)));
            assertThat(config.admin().listen()).isEqualTo(new Address("127.0.0.1", site.adminPort()));
            assertThat(config.journalDirectory()).isEqualTo(site.journal());
            assertThat(catalog.tenants()).extracting("id").containsExactly("acme", "globex");
            assertThat(catalog.tenant("globex").apiKeyHashes())
                    .containsExactly(ApiKey.hash("b").substring("sha256:".length()));
        }
    }

    @Test
    void shouldTakeOtherPortsWhereItsOwnAreTaken() throws IOException {
        try (DemoSite first = DemoSite.create(true, 9123, ApiKey.hash("a"), ApiKey.hash("b"));
                ServerSocket proxy = listen(first.proxyPort());
                ServerSocket admin = listen(first.adminPort());
                DemoSite second = DemoSite.create(true, 9123, ApiKey.hash("a"), ApiKey.hash("b"))) {
            assertThat(second.proxyPort()).isNotIn(0, proxy.getLocalPort(), admin.getLocalPort());
            assertThat(second.adminPort()).isNotIn(0, proxy.getLocalPort(), admin.getLocalPort());
        }
    }

    @Test
    void shouldTakeAnyPortsWhenAsked() throws IOException {
        try (DemoSite site = DemoSite.create(false, 9123, ApiKey.hash("a"), ApiKey.hash("b"))) {
            assertThat(site.proxyPort()).isNotIn(0, 8080);
            assertThat(site.adminPort()).isNotIn(0, 9901);
        }
    }

    @Test
    void shouldRemoveEverythingAtTheEnd() throws IOException {
        Path directory;
        try (DemoSite site = DemoSite.create(true, 9123, ApiKey.hash("a"), ApiKey.hash("b"))) {
            directory = site.directory();
            Files.createDirectories(site.journal());
            Files.writeString(site.journal().resolve("a file"), "x");
        }

        assertThat(directory).doesNotExist();
    }

    private static ServerSocket listen(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.bind(DemoSite.loopback(port));
        return socket;
    }
}
