package io.torvyn.wasi;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS as one component instance has it: believes whom the JVM's trust store vouches for (system properties
 * {@code javax.net.ssl.trustStore} and its kin), and shows nobody a certificate of the host's. Sessions are not shared
 * with other instances. Any thread.
 */
final class Tls {
    private @Nullable SSLSocketFactory sockets;

    /**
     * A connection that is encrypted, to a server that has shown to be that host.
     *
     * @throws javax.net.ssl.SSLException when it has not
     * @throws HttpMessage.Malformed when there is a trust store and it cannot be read
     */
    Socket connect(Socket plain, String hostName, int port) throws IOException {
        var secure = (SSLSocket) sockets().createSocket(plain, hostName, port, true);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        return secure;
    }

    /** Reads the trust store with the first connection: it takes some time. */
    private synchronized SSLSocketFactory sockets() throws IOException {
        SSLSocketFactory known = sockets;
        if (known == null) {
            try {
                var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trust.init((KeyStore) null);
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(new KeyManager[0], trust.getTrustManagers(), null);
                known = context.getSocketFactory();
            } catch (GeneralSecurityException e) {
                throw new HttpMessage.Malformed(new HttpTypes.ErrorCode.ConfigurationError());
            }
            sockets = known;
        }
        return known;
    }
}
