/** Certificates, private keys and the library that does TLS; knows nothing of listeners and upstreams. */
package openclaw.edge.proxy.tls;
