/** Rating: a pure function from usage sums and terms to invoice lines. No I/O, no clock, no floating point. */
package openclaw.edge.rating;
