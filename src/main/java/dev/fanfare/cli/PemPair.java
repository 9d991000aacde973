package dev.fanfare.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Map;

/**
 * A certificate and a private key in PEM files that can be read.
 *
 * @param certificate a chain, its own certificate first
 */
record PemPair(Path certificate, Path key) {
    /** How keys of an algorithm sign. */
    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

    /** Whether the key is that of the certificate: TLS finds out when the first client comes, not before. */
    boolean fits() throws IOException, GeneralSecurityException {
        PublicKey shown = publicKey();
        String algorithm = SIGNATURES.get(shown.getAlgorithm());
        if (algorithm == null) {
            return true; // of a kind that can't be told
        }
        byte[] text = {1};
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(privateKey(shown.getAlgorithm()));
            signer.update(text);
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(shown);
            verifier.update(text);
            return verifier.verify(signer.sign());
        } catch (InvalidKeySpecException e) {
            return false; // one of another kind
        }
    }

    private PublicKey publicKey() throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(certificate)) {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificate(in)
                    .getPublicKey();
        }
    }

    private PrivateKey privateKey(String algorithm) throws IOException, GeneralSecurityException {
        String pem = Files.readString(key, StandardCharsets.ISO_8859_1)
                .replaceAll("(?s).*?-----BEGIN [A-Z ]*PRIVATE KEY-----([^-]*)-----.*", "$1");
        return KeyFactory.getInstance(algorithm)
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem)));
    }
}
