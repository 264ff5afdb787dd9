package openclaw.edge.proxy.identify;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import openclaw.edge.proxy.exchange.Head;

/**
 * How the agent of a request is known: by a field, or, where prefixes are configured, by the model that a JSON body names
 * ({@code openclaw/<agent>}). Immutable, shared by all loops; part of a snapshot.
 *
 * <p>With prefixes, agents are told apart as an OpenClaw gateway does: letters count in lower case, so that no spelling gives an
 * agent a second bucket, and {@code openclaw}, {@code openclaw/default} and every other model are the default agent.
 */
public final class AgentRules {
    private static final byte[] DEFAULT_ALIAS = "default".getBytes(StandardCharsets.US_ASCII);

    private final List<FieldRef> fields;
    private final byte[] defaultAgent;
    private final byte[][] prefixes;

    /**
     * @param fields that may name the agent; the first one present counts
     * @param defaultAgent of requests that name none: 1 to {@link IdentityRules#MAX_ID_BYTES} visible ASCII characters
     * @param modelPrefixes what a model begins with that names an agent, in any case; empty: models name none
     */
    public AgentRules(final List<FieldRef> fields, final String defaultAgent, final List<String> modelPrefixes) {
        this.fields = List.copyOf(fields);
        final String agent = modelPrefixes.isEmpty() ? defaultAgent : defaultAgent.toLowerCase(Locale.ROOT);
        this.defaultAgent = agent.getBytes(StandardCharsets.US_ASCII);
        this.prefixes = modelPrefixes.stream()
                .map(prefix -> prefix.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
    }

    /** Whether a request whose fields name no agent may name one in its body. */
    public boolean areInModels() {
        return prefixes.length > 0;
    }

    /** Fields that may name the agent; the first one present counts. */
    public List<FieldRef> fields() {
        return fields;
    }

    IdentityVerdict fromFields(final Head request, final Identity out) {
        for (int i = 0; i < fields.size(); i++) {
            final FieldRef field = fields.get(i);
            final int at = field.find(request);
            if (at < 0 || request.valueLength(at) == 0) {
                continue;
            }
            if (field.isRepeated(request)) {
                return IdentityVerdict.REPEATED_FIELD;
            }
            return named(request.bytes(), request.valueOffset(at), request.valueLength(at), false, out);
        }
        out.defaultAgent(defaultAgent);
        return IdentityVerdict.IDENTIFIED;
    }

    /**
     * Takes the agent from a model, in place of the default one.
     *
     * @param bytes holds the model's name, which may be replaced after the call
     * @param offset of its first byte
     * @param length in bytes
     * @return {@link IdentityVerdict#IDENTIFIED} or {@link IdentityVerdict#BAD_AGENT}
     */
    public IdentityVerdict fromModel(final byte[] bytes, final int offset, final int length, final Identity out) {
        int from = offset;
        int to = offset + length;
        while (from < to && bytes[from] == ' ') {
            from++;
        }
        while (to > from && bytes[to - 1] == ' ') {
            to--;
        }
        for (final byte[] prefix : prefixes) {
            if (to - from >= prefix.length && Head.equalIgnoreCase(prefix, bytes, from, prefix.length)) {
                return afterPrefix(bytes, from + prefix.length, to, out);
            }
        }
        return IdentityVerdict.IDENTIFIED;
    }

    private IdentityVerdict afterPrefix(final byte[] bytes, final int from, final int to, final Identity out) {
        if (Head.equalIgnoreCase(DEFAULT_ALIAS, bytes, from, to - from)) {
            return IdentityVerdict.IDENTIFIED;
        }
        return to == from ? IdentityVerdict.BAD_AGENT : named(bytes, from, to - from, true, out);
    }

    private IdentityVerdict named(
            final byte[] bytes, final int offset, final int length, final boolean isInBody, final Identity out) {
        if (!Identifier.isVisible(bytes, offset, length)) {
            return IdentityVerdict.BAD_AGENT;
        }
        if (isInBody || areInModels()) {
            out.agentInLowerCase(bytes, offset, length, !isInBody);
        } else {
            out.agent(offset, length);
        }
        return IdentityVerdict.IDENTIFIED;
    }
}
