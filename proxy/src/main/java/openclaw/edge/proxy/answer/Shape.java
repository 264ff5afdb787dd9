package openclaw.edge.proxy.answer;

/** The shape of an error's body, by what the clients of a route know to read. */
public enum Shape {
    /** RFC 9457. */
    PROBLEM,
    /** {@code {"error": {"message", "type", "param", "code"}}}, as OpenAI's SDKs read it. */
    OPENAI,
    /** {@code {"type": "error", "error": {"type", "message"}}}, as Anthropic's SDKs read it. */
    ANTHROPIC
}
