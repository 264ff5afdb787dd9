package openclaw.edge.bench.gateway;

import java.util.Objects;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cloud.gateway.filter.ratelimit.KeyResolver;
import org.springframework.context.annotation.Bean;
import reactor.core.publisher.Mono;

/**
 * Spring Cloud Gateway with its own limiter, which asks Redis for each request: as its documentation sets it up, one limit for
 * each X-Tenant-Id. Ports and rate: application.yaml.
 */
@SpringBootApplication
public class GatewayMain {
    /**
     * Starts it.
     *
     * @param arguments of Spring
     */
    public static void main(final String[] arguments) {
        SpringApplication.run(GatewayMain.class, arguments);
    }

    /** Whose limit it is. */
    @Bean
    KeyResolver tenant() {
        return exchange -> Mono.just(Objects.requireNonNullElse(
                exchange.getRequest().getHeaders().getFirst("X-Tenant-Id"), "none"));
    }
}
