/**
 * The proxy's own answers: what went wrong, in the shape that the route's clients understand.
 *
 * <p>{@link openclaw.edge.proxy.answer.Problem} is what there is to say, rendered once in every
 * {@link openclaw.edge.proxy.answer.Shape}; {@link openclaw.edge.proxy.answer.ErrorAnswer} puts it into an exchange's response
 * without allocating.
 */
package openclaw.edge.proxy.answer;
