package dev.fanfare.auth;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A key that signatures of tokens are verified with, by the one algorithm that it is for (RFC 8725, section 3.1): what a token says of its
 * algorithm is compared, never followed. For all threads at once.
 */
final class VerificationKey {
    private static final int LEAST_RSA_BITS = 2048;
    private static final int ED25519_LENGTH = 64;

    private final @Nullable String id;
    private final SigningAlgorithm algorithm;
    private final Verifier verifier;

    /** How signatures are verified. */
    private interface Verifier {
        boolean verifies(byte[] signature, byte[] input) throws GeneralSecurityException;
    }

    private VerificationKey(@Nullable String id, SigningAlgorithm algorithm, Verifier verifier) {
        this.id = id;
        this.algorithm = algorithm;
        this.verifier = verifier;
    }

    /** A secret that both sides know. */
    static VerificationKey of(String secret, SigningAlgorithm algorithm) {
        SecretKey key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), algorithm.implementation());
        return new VerificationKey(null, algorithm, (signature, input) -> {
            Mac mac = Mac.getInstance(algorithm.implementation());
            mac.init(key);
            return MessageDigest.isEqual(mac.doFinal(input), signature);
        });
    }

    /**
     * A public key.
     *
     * @param id what tokens call it, or null
     * @param algorithm what it is for; null: what is usual for its kind
     */
    static VerificationKey of(@Nullable String id, PublicKey key, @Nullable SigningAlgorithm algorithm)
            throws UnusableKeyException {
        try {
            SigningAlgorithm its = algorithm == null ? SigningAlgorithm.usualFor(key) : algorithm;
            if (its == null) {
                throw new UnusableKeyException("is neither RSA, P-256, P-384, P-521 nor Ed25519");
            }
            if (!its.isFor(key)) {
                throw new UnusableKeyException("is of a kind that " + its + " is not for");
            }
            if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < LEAST_RSA_BITS) {
                throw new UnusableKeyException("has less than " + LEAST_RSA_BITS + " bits (RFC 7518, section 3.3)");
            }
            // Fails now where it can't be used, and not with the first token.
            its.verifier(key);
            int length = signatureLength(key);
            return new VerificationKey(id, its, (signature, input) -> {
                if (signature.length != length) {
                    return false;
                }
                var verifying = its.verifier(key);
                verifying.update(input);
                return verifying.verify(signature);
            });
        } catch (GeneralSecurityException e) {
            throw new UnusableKeyException("can't be used: " + e.getClass().getSimpleName());
        }
    }

    /** How many bytes a signature has, which the JDK does not insist on: Ed25519 takes one with more behind it. */
    private static int signatureLength(PublicKey key) {
        if (key instanceof RSAPublicKey rsa) {
            return bytes(rsa.getModulus());
        }
        return key instanceof ECPublicKey elliptic
                ? 2 * bytes(elliptic.getParams().getOrder())
                : ED25519_LENGTH;
    }

    private static int bytes(BigInteger number) {
        return (number.bitLength() + Byte.SIZE - 1) / Byte.SIZE;
    }

    /** What tokens call it, or null. */
    @Nullable
    String id() {
        return id;
    }

    /** Whether it is for this algorithm and the token's signature was made with its other half. */
    boolean verifies(SignedToken token) {
        try {
            return algorithm == token.algorithm() && verifier.verifies(token.signature(), token.signingInput());
        } catch (SignatureException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("worked when the key was made", e);
        }
    }

    /** Without the key itself. */
    @Override
    public String toString() {
        return "VerificationKey[" + id + ", " + algorithm + "]";
    }
}
